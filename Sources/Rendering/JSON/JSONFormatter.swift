package import HTTPModel

/// Lays JSON out and colours it, token by token, as it comes.
///
/// Nothing is parsed into values: the order of members, duplicate keys, the spelling of numbers and
/// the escapes in strings stay exactly as they were sent. Several values may follow each other, as
/// in JSON Lines; each starts on a new line. A byte order mark at the beginning is dropped. There
/// is no line feed after the last value.
///
/// With `isSanitizing`, characters in strings that could drive a terminal are written as JSON
/// spells them, `\u202e`, so that the text remains JSON with the same values; invalid bytes become
/// `\xff`.
///
/// When it throws, all that stands before the error's offset is in the output and nothing from
/// there on, so that the caller can show the rest as it came. Memory does not grow with the text: a
/// chunk's output is appended at once.
package struct JSONFormatter: Sendable {
    /// How to lay out.
    package struct Options: Sendable, Hashable {
        /// How many lines a value takes.
        package var layout: Layout
        /// The colours.
        package var palette: Palette
        /// Whether the output goes to a terminal.
        package var isSanitizing: Bool

        /// Creates options.
        package init(
            layout: Layout = .pretty,
            palette: Palette = .plain,
            isSanitizing: Bool = true
        ) {
            self.layout = layout
            self.palette = palette
            self.isSanitizing = isSanitizing
        }
    }

    /// How many lines a value takes.
    package enum Layout: Sendable, Hashable {
        /// A line for each member and element, two blanks for each level; empty containers stay
        /// closed.
        case pretty
        /// One line, without blanks outside strings.
        case compact
    }

    /// What may come next.
    enum Phase: Sendable {
        /// A value; at the top level there need be none.
        case value
        /// The first element of an array, or its end.
        case firstElement
        /// The first key of an object, or its end.
        case firstKey
        /// A key.
        case key
        /// The colon after a key.
        case colon
        /// A comma or the end of the container; at the top level another value.
        case afterValue
        /// The rest of a string.
        case string
        /// The rest of a key.
        case keyString
        /// The rest of a number.
        case number
        /// The rest of `true`, `false` or `null`.
        case literal
        /// The rest of a byte order mark.
        case byteOrderMark
    }

    let marks: JSONMarks
    let isPretty: Bool
    /// Selects the bits of a byte that make it special in strings when sanitising.
    let sanitizingMask: UInt64
    var phase = Phase.value
    /// For each open container whether it is an object, innermost last.
    var containers: [Bool] = []
    /// Bytes of the chunks before the current one.
    var consumed = 0
    /// Whether there was a value at the top level.
    var hasValue = false
    /// Whether a number or literal at the top level has just ended, so that a blank must follow.
    var needsBlank = false
    /// In a string: what is left of an escape, see `EscapeProgress`.
    var escape = EscapeProgress.none
    /// In a string: the beginning of a UTF-8 sequence.
    var pending: [UInt8] = []
    var number = NumberProgress.minus
    var literal = LiteralProgress()
    /// Why it stopped.
    var failure: JSONSyntaxError?

    /// Creates a formatter for one text.
    package init(_ options: Options = Options()) {
        self.marks = JSONMarks(options.palette, layout: options.layout)
        self.isPretty = options.layout == .pretty
        self.sanitizingMask = options.isSanitizing ? .max : 0
    }

    /// Lays out the next chunk, which may end anywhere.
    ///
    /// - Parameters:
    ///   - bytes: The chunk.
    ///   - output: What the result is appended to.
    /// - Throws: What is wrong with the text, now and at every later call.
    package mutating func append(
        _ bytes: RawSpan,
        into output: inout [UInt8]
    ) throws(JSONSyntaxError) {
        if let failure { throw failure }
        bytes.withUnsafeBytes { raw in
            raw.withMemoryRebound(to: UInt8.self) { self.run($0, into: &output) }
        }
        if let failure { throw failure }
    }

    /// Ends the text.
    ///
    /// - Parameter output: What is left is appended to it.
    /// - Throws: What is wrong with the text, which may be that it is not complete.
    package mutating func finish(into output: inout [UInt8]) throws(JSONSyntaxError) {
        if let failure { throw failure }
        if self.phase == .number, self.number.isComplete {
            output.append(contentsOf: self.marks.reset)
            self.endValue(isScalar: true)
        }
        guard self.containers.isEmpty, self.phase == .value || self.phase == .afterValue else {
            throw self.fail(.unexpectedEnd, at: self.consumed, into: &output)
        }
        guard self.hasValue else { throw self.fail(.empty, at: self.consumed, into: &output) }
    }

    /// Lays out a whole text.
    package static func format(
        _ bytes: [UInt8],
        _ options: Options = Options()
    ) throws(JSONSyntaxError) -> [UInt8] {
        var formatter = Self(options)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count * (options.layout == .pretty ? 2 : 1))
        try formatter.append(bytes.span.bytes, into: &output)
        try formatter.finish(into: &output)
        return output
    }

    /// Lays out a whole text.
    package static func format(
        _ text: String,
        _ options: Options = Options()
    ) throws(JSONSyntaxError) -> String {
        String(decoding: try Self.format(Array(text.utf8), options), as: UTF8.self)
    }

    /// Gathers the output of a chunk in a buffer on the way.
    private mutating func run(_ chunk: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
        guard !chunk.isEmpty else { return }
        let size = min(1 << 16, 4096 + 2 * chunk.count)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { buffer in
            guard var stage = ByteStage(output: output, buffer: buffer) else { return }
            // The stage has the only reference now, so that it appends in place.
            output = []
            self.run(chunk, stage: &stage)
            stage.flush()
            output = stage.output
        }
        self.consumed += chunk.count
    }

    private mutating func fail(
        _ problem: JSONSyntaxError.Problem,
        at offset: Int,
        into output: inout [UInt8]
    ) -> JSONSyntaxError {
        let error = JSONSyntaxError(offset: offset, problem: problem)
        self.failure = error
        if self.isInToken { output.append(contentsOf: self.marks.reset) }
        return error
    }

    /// Whether the colour of a token is on.
    var isInToken: Bool {
        switch self.phase {
        case .string, .keyString, .number, .literal: true
        case .value, .firstElement, .firstKey, .key, .colon, .afterValue, .byteOrderMark: false
        }
    }
}
