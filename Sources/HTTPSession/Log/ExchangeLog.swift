package import HTTPModel

/// One line of the log: an exchange, or many alike.
///
/// Indirect, so that a search through thousands moves pointers.
package indirect enum LogEntry: Sendable {
    /// An exchange.
    case exchange(LoggedExchange)
    /// A request that was repeated.
    case repetition(RepeatRecord)

    /// The numbers that it stands for.
    package var numbers: ClosedRange<Int> {
        switch self {
        case .exchange(let logged): logged.exchange.number...logged.exchange.number
        case .repetition(let record): record.numbers
        }
    }

    /// Whether it is still under way.
    package var isRunning: Bool {
        switch self {
        case .exchange(let logged): logged.isRunning
        case .repetition(let record): record.isRunning
        }
    }
}

/// An exchange, with the request that it came from, so that it can be sent or saved again.
package struct LoggedExchange: Sendable {
    /// The request as the user meant it.
    package var request: SessionRequest
    /// What came of it so far.
    package var exchange: Exchange
    /// Whether it still runs.
    package var isRunning: Bool
}

/// The exchanges of a session by number, within bounds.
///
/// It keeps at least the `entryLimit` most recent entries; older ones go, an eighth of the limit at
/// a time. Contents in memory are kept up to `contentLimit` bytes over all exchanges; beyond that
/// the oldest become `.delivered`, which says how long they were; what is in a file besides stays
/// there only.
struct ExchangeLog: Sendable {
    /// The entries, by number.
    private(set) var entries: [LogEntry] = []
    /// How many of the most recent entries are kept at least.
    var entryLimit: Int
    private let contentLimit: Int
    private var keptBytes = 0
    /// How many exchanges of repetitions are kept one by one.
    private var keptRepeated = 0
    /// How many of them are at most; beyond that, of older repetitions only one each.
    static let repeatedLimit = 4_000
    private var numbersByName: [String: Int] = [:]

    init(entryLimit: Int, contentLimit: Int) {
        self.entryLimit = entryLimit
        self.contentLimit = contentLimit
    }

    // MARK: Reading

    /// The entry that holds `number`.
    func entry(_ number: Int) -> LogEntry? {
        self.index(of: number).map { self.entries[$0] }
    }

    /// The number that last got `name`.
    func number(named name: String) -> Int? { self.numbersByName[name] }

    /// The highest-numbered finished exchange that was not in the background.
    var lastFinishedForeground: LoggedExchange? {
        for entry in self.entries.reversed() {
            guard case .exchange(let logged) = entry else { continue }
            if !logged.isRunning, !logged.exchange.isBackground { return logged }
        }
        return nil
    }

    /// The repetition that ended after that exchange, and was not in the background either; nil if
    /// none did.
    var lastFinishedRepetition: RepeatRecord? {
        for entry in self.entries.reversed() where !entry.isRunning {
            switch entry {
            case .repetition(let record): if !record.request.isBackground { return record }
            case .exchange(let logged): if !logged.exchange.isBackground { return nil }
            }
        }
        return nil
    }

    // MARK: Writing

    /// Takes an entry that begins; returns the temporary files of entries that had to go.
    mutating func insert(_ entry: LogEntry) -> [String] {
        let number = entry.numbers.lowerBound
        var place = self.entries.endIndex
        while place > 0, self.entries[place - 1].numbers.lowerBound > number { place -= 1 }
        self.entries.insert(entry, at: place)
        if case .exchange(let logged) = entry, let name = logged.exchange.name {
            self.numbersByName[name] = number
        }
        if case .repetition(let record) = entry, let name = record.request.name {
            self.numbersByName[name] = number
        }
        return self.trim()
    }

    /// Takes the end of an exchange.
    mutating func finish(_ exchange: Exchange) {
        guard let index = self.index(of: exchange.number),
            case .exchange(var logged) = self.entries[index]
        else { return }  // It had to go already: more were issued meanwhile than are kept.
        // A name given while it ran stays.
        let name = logged.exchange.name ?? exchange.name
        logged.exchange = exchange
        logged.exchange.name = name
        logged.isRunning = false
        self.entries[index] = .exchange(logged)
        self.keptBytes += exchange.content.bytesInMemory
        self.dropContents()
    }

    /// Takes what a repetition has come to.
    mutating func update(_ record: RepeatRecord) {
        guard let index = self.index(of: record.numbers.lowerBound),
            case .repetition(let old) = self.entries[index]
        else { return }  // As above.
        var record = record
        record.request.name = old.request.name
        self.entries[index] = .repetition(record)
        self.keptRepeated += record.exchanges.count - old.exchanges.count
        self.dropRepeated()
    }

    /// Gives an entry a name; returns whether it exists.
    mutating func setName(_ name: String, of number: Int) -> Bool {
        guard let index = self.index(of: number) else { return false }
        switch self.entries[index] {
        case .exchange(var logged):
            logged.exchange.name = name
            self.entries[index] = .exchange(logged)
        case .repetition(var record):
            record.request.name = name
            self.entries[index] = .repetition(record)
        }
        self.numbersByName[name] = self.entries[index].numbers.lowerBound
        return true
    }

    // MARK: Bounds

    private mutating func trim() -> [String] {
        guard self.entries.count > self.entryLimit + self.entryLimit / 8 else { return [] }
        let surplus = self.entries.count - self.entryLimit
        var files: [String] = []
        for entry in self.entries.prefix(surplus) {
            if case .repetition(let record) = entry { self.keptRepeated -= record.exchanges.count }
            guard case .exchange(let logged) = entry else { continue }
            self.keptBytes -= logged.exchange.content.bytesInMemory
            if case .spilled(let path, _) = logged.exchange.content { files.append(path) }
        }
        self.entries.removeFirst(surplus)
        let first = self.entries.first?.numbers.lowerBound ?? .max
        self.numbersByName = self.numbersByName.filter { $0.value >= first }
        return files
    }

    private mutating func dropRepeated() {
        guard self.keptRepeated > Self.repeatedLimit else { return }
        for index in self.entries.indices.dropLast()
        where self.keptRepeated > Self.repeatedLimit {
            guard case .repetition(var record) = self.entries[index], record.exchanges.count > 1
            else { continue }
            self.keptRepeated -= record.exchanges.count - 1
            record.exchanges.removeSubrange(1...)
            self.entries[index] = .repetition(record)
        }
    }

    private mutating func dropContents() {
        guard self.keptBytes > self.contentLimit else { return }
        // Down to three quarters, so that this walk is rare.
        let goal = self.contentLimit / 4 * 3
        for index in self.entries.indices.dropLast() where self.keptBytes > goal {
            guard case .exchange(var logged) = self.entries[index],
                case let count = logged.exchange.content.bytesInMemory, count > 0
            else { continue }
            self.keptBytes -= count
            logged.exchange.content.dropBytes()
            self.entries[index] = .exchange(logged)
        }
    }

    private func index(of number: Int) -> Int? {
        // Mostly the last is meant, and a search walks through memory that was not used lately.
        if let last = self.entries.last, last.numbers.contains(number) {
            return self.entries.count - 1
        }
        var low = 0
        var high = self.entries.count
        while low < high {
            let middle = (low + high) / 2
            if self.entries[middle].numbers.upperBound < number {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < self.entries.count, self.entries[low].numbers.contains(number) else {
            return nil
        }
        return low
    }
}
