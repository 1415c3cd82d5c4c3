/// What ended one call of ``LineEditor/wait(for:keys:)``.
package enum WaitEvent: Hashable, Sendable {
    /// The latch is open.
    case finished
    /// ^C was pressed.
    case interrupted
    /// These notices are to be shown now, above whatever the command draws.
    case notices([String])
    /// The program was suspended (^Z) and runs again: redraw what was drawn in place.
    case resumed
    /// The window has another size.
    case resized
    /// A key was pressed; only where keys were asked for.
    case key(UInt8)
    /// Someone called ``Wakeup/requestEnd()``: the program is to end in good order.
    case endRequested
    /// Someone called ``Wakeup/wake()`` for a reason of their own.
    case woken
}
