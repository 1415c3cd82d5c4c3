internal import Synchronization

/// Something that becomes finished once, told to the thread that waits in
/// ``LineEditor/wait(for:keys:)``.
package final class Latch: Sendable {
    private let wakeup: Wakeup
    private let opened = Atomic<Bool>(false)

    /// Makes a latch that is closed.
    package init(wakeup: Wakeup) {
        self.wakeup = wakeup
    }

    /// Whether ``open()`` was called.
    package var isOpen: Bool {
        opened.load(ordering: .acquiring)
    }

    /// Says that what is waited for is finished.
    ///
    /// May be called from any thread, and more than once.
    package func open() {
        opened.store(true, ordering: .releasing)
        wakeup.ring()
    }
}
