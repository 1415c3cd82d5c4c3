package import HTTPModel

/// What `diff N M` prints: where two answers differ in status, fields and content.
package struct ExchangeDifference: Sendable {
    /// An answer, and its content.
    package struct Side: Sendable {
        /// The exchange.
        package var exchange: Exchange
        /// The content of its answer.
        package var content: [UInt8]

        /// Creates a side.
        package init(_ exchange: Exchange, content: [UInt8]) {
            self.exchange = exchange
            self.content = content
        }
    }

    /// How many lines of text are compared; beyond that only the lengths are.
    private static let lineLimit = 5_000
    /// How many differences of content are listed.
    private static let listLimit = 200
    /// Fields that differ between any two answers, and mean nothing by that.
    private static let fleeting: Set<String> = ["date", "age"]

    private let old: Side
    private let new: Side
    private let context: RenderingContext

    /// Compares two answers.
    package init(_ old: Side, _ new: Side, in context: RenderingContext = .plain) {
        self.old = old
        self.new = new
        self.context = context
    }

    /// The lines: nothing but a heading if the answers are alike.
    package var lines: [String] {
        let body = self.body
        let lines = self.status + self.fields + body
        let heading = "\(self.old.exchange.number) → \(self.new.exchange.number)"
        guard !lines.isEmpty else {
            return [self.context.adapted("\(heading) · alike in status, fields and content")]
        }
        return ([heading] + lines).map(self.context.adapted)
    }

    private var status: [String] {
        let before = Self.statusText(self.old.exchange)
        let after = Self.statusText(self.new.exchange)
        return before == after ? [] : ["status"] + [self.removed(before), self.added(after)]
    }

    private static func statusText(_ exchange: Exchange) -> String {
        exchange.response.map { Sanitizer.line($0.head.statusText) } ?? "no response"
    }

    private var fields: [String] {
        let before = self.fieldTexts(self.old.exchange)
        let after = self.fieldTexts(self.new.exchange)
        var lines: [String] = []
        for change in after.difference(from: before) {
            switch change {
            case .remove(_, let text, _): lines.append(self.removed(text))
            case .insert(_, let text, _): lines.append(self.added(text))
            }
        }
        // A field's old value stands before its new one.
        let sorted = lines.enumerated().sorted { left, right in
            let names = (Self.name(left.element), Self.name(right.element))
            return names.0 == names.1 ? left.offset < right.offset : names.0 < names.1
        }
        return lines.isEmpty ? [] : ["fields"] + sorted.map(\.element)
    }

    /// The name of a field in one of our lines.
    private static func name(_ line: String) -> String {
        String(line.drop { $0 != " " }.prefix { $0 != ":" })
    }

    private func fieldTexts(_ exchange: Exchange) -> [String] {
        let fields = exchange.response?.head.fields ?? []
        return fields.filter { !Self.fleeting.contains($0.name.lowercased()) }
            .map { Sanitizer.line("\($0.name.lowercased()): \($0.value)") }.sorted()
    }

    // MARK: Content

    private var body: [String] {
        guard self.old.content != self.new.content else { return [] }
        if let before = try? JSONValue(parsing: self.old.content),
            let after = try? JSONValue(parsing: self.new.content)
        {
            return self.json(before, after)
        }
        let isText = [self.old, self.new].allSatisfy { side in
            let type = side.exchange.response?.head.first("content-type")
            let kind = BodyText.kind(of: side.content, contentType: type)
            return kind == .text || kind == .json || kind == .jsonLines || kind == .empty
        }
        guard isText else { return self.lengths }
        return self.text
    }

    private var lengths: [String] {
        [
            "content", self.removed(ByteText.text(self.old.content.count)),
            self.added(ByteText.text(self.new.content.count)),
        ]
    }

    private func json(_ before: JSONValue, _ after: JSONValue) -> [String] {
        let differences = JSONDifference.between(before, after)
        guard !differences.isEmpty else { return ["content · the same values, laid out anew"] }
        var lines = ["content"]
        for difference in differences.prefix(Self.listLimit) {
            let path = Sanitizer.line(difference.path)
            switch (difference.old, difference.new) {
            case (let old?, let new?):
                // Path, arrow and blanks leave the rest of the window to both.
                let room = (self.room - path.cellWidth - 7) / 2
                let (before, after) = (Self.text(old, room), Self.text(new, room))
                let change =
                    self.context.styled(before, as: .removed) + " → "
                    + self.context.styled(after, as: .added)
                lines.append("  \(path)  \(change)")
            case (let old?, nil):
                lines.append(self.removed("\(path)  \(self.text(old, behind: path))"))
            case (nil, let new?):
                lines.append(self.added("\(path)  \(self.text(new, behind: path))"))
            case (nil, nil): continue
            }
        }
        let more = differences.count - Self.listLimit
        return more > 0 ? lines + ["  … \(more) more"] : lines
    }

    /// The cells of a line; where lines have no end, enough to see what a value is about.
    private var room: Int { self.context.width ?? 240 }

    private func text(_ value: JSONValue, behind path: String) -> String {
        Self.text(value, self.room - path.cellWidth - 4)
    }

    /// The value in so many cells, but never so few that nothing can be told from it.
    private static func text(_ value: JSONValue, _ cells: Int) -> String {
        Sanitizer.line(String(value.compactText.prefix(400)))
            .truncated(toCells: min(max(cells, 12), 100))
    }

    private var text: [String] {
        let before = self.lines(of: self.old)
        let after = self.lines(of: self.new)
        guard max(before.count, after.count) <= Self.lineLimit else { return self.lengths }
        var lines = ["content"]
        for change in after.difference(from: before).prefix(Self.listLimit) {
            switch change {
            case .remove(let offset, let text, _):
                lines.append(self.removed("\(offset + 1)  \(text)"))
            case .insert(let offset, let text, _):
                lines.append(self.added("\(offset + 1)  \(text)"))
            }
        }
        return lines
    }

    private func lines(of side: Side) -> [String] {
        let type = side.exchange.response?.head.first("content-type")
        let text = BodyText.text(side.content, contentType: type, layout: nil, in: .plain)
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private func removed(_ text: String) -> String {
        self.context.styled("- \(text)", as: .removed)
    }

    private func added(_ text: String) -> String {
        self.context.styled("+ \(text)", as: .added)
    }
}
