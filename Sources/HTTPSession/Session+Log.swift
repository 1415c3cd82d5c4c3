import HTTPModel

extension Session {
    /// The log by number: exchanges that have been issued, and repetitions.
    package var entries: [LogEntry] { self.log.entries }

    /// The entry that holds exchange `number`.
    package func entry(_ number: Int) -> LogEntry? { self.log.entry(number) }

    /// Exchange `number`; nil if there is none or it is part of a repetition.
    package func exchange(_ number: Int) -> LoggedExchange? {
        guard case .exchange(let logged)? = self.log.entry(number) else { return nil }
        return logged
    }

    /// The exchange that was last given `name`.
    package func exchange(named name: String) -> LoggedExchange? {
        self.log.number(named: name).flatMap { self.exchange($0) }
    }

    /// The entry that was last given `name`.
    package func entry(named name: String) -> LogEntry? {
        self.log.number(named: name).flatMap { self.log.entry($0) }
    }

    /// The highest-numbered finished exchange that was not in the background.
    package func lastExchange() -> LoggedExchange? { self.log.lastFinishedForeground }

    /// The repetition that ended after the last exchange; nil if none did.
    package func lastRepetition() -> RepeatRecord? { self.log.lastFinishedRepetition }

    /// What `last` means: the highest-numbered finished exchange or repetition that was not in the
    /// background.
    package func lastEntry() -> LogEntry? {
        self.lastRepetition().map { .repetition($0) }
            ?? self.lastExchange().map { .exchange($0) }
    }

    /// Keeps only so many of the most recent entries from now on.
    package func limitLog(to entries: Int) {
        self.log.entryLimit = entries
    }

    /// Gives an exchange or repetition a name, which others lose; returns whether it exists.
    @discardableResult
    package func setName(_ name: String, of number: Int) -> Bool {
        self.log.setName(name, of: number)
    }
}
