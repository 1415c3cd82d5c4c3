package import HTTPModel

/// What is repeated, how often, and what becomes of it.
package struct Repetition: Sendable {
    /// The request, or the first of them.
    package var request: SessionRequest
    /// How many, at least 1.
    package var count: Int
    /// How many at a time, at least 1.
    package var parallel: Int
    /// Makes the request anew, for the repetition with this index, from 0; nil ends the whole.
    package var remake: (@Sendable (Int) async -> SessionRequest?)?
    /// Takes every exchange with its content, in the order of the numbers.
    ///
    /// Without it contents are read and counted only, which is what makes a repetition fast.
    package var inOrder: (@Sendable (Exchange) async -> Void)?

    /// Creates a repetition.
    package init(
        _ request: SessionRequest,
        count: Int,
        parallel: Int = 1,
        remake: (@Sendable (Int) async -> SessionRequest?)? = nil,
        inOrder: (@Sendable (Exchange) async -> Void)? = nil
    ) {
        self.request = request
        self.count = count
        self.parallel = parallel
        self.remake = remake
        self.inOrder = inOrder
    }
}

extension Session {
    /// Sends a request many times, `parallel` at a time, and keeps one compact record in the log.
    ///
    /// Cancelling the task ends it; the record says how far it came.
    ///
    /// - Parameter numbers: The numbers, if they were reserved: as many as `count`.
    package func perform(
        _ repetition: Repetition,
        numbers: ClosedRange<Int>? = nil
    ) async -> RepeatRecord {
        fatalError("\(repetition) \(numbers ?? 0...0)")
    }

    /// How far a repetition has come that contains exchange `number`.
    package func repetition(_ number: Int) -> RepeatRecord? {
        guard case .repetition(let record)? = self.log.entry(number) else { return nil }
        return record
    }
}
