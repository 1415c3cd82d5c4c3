import HTTPModel

/// How far an escape in a string has come.
enum EscapeProgress: UInt8, Sendable {
    /// There is none.
    case none
    /// This many hexadecimal digits are to come.
    case oneDigit, twoDigits, threeDigits, fourDigits
    /// The backslash was the last byte.
    case backslash
}

/// How far a number has come, by the grammar of RFC 8259, section 6.
enum NumberProgress: Sendable {
    case minus, zero, integer, point, fraction, exponent, exponentSign, exponentDigits

    /// Whether the number may end here.
    var isComplete: Bool {
        switch self {
        case .zero, .integer, .fraction, .exponentDigits: true
        case .minus, .point, .exponent, .exponentSign: false
        }
    }

    /// What follows on a byte that belongs to a number; nil if it cannot stand here.
    @inline(__always)
    func after(_ byte: UInt8) -> NumberProgress? {
        switch (self, byte) {
        case (.minus, 0x30): .zero
        case (.minus, 0x31...0x39), (.integer, 0x30...0x39): .integer
        case (.zero, 0x2E), (.integer, 0x2E): .point
        case (.point, 0x30...0x39), (.fraction, 0x30...0x39): .fraction
        case (.zero, 0x45), (.zero, 0x65), (.integer, 0x45), (.integer, 0x65), (.fraction, 0x45),
            (.fraction, 0x65):
            .exponent
        case (.exponent, 0x2B), (.exponent, 0x2D): .exponentSign
        case (.exponent, 0x30...0x39), (.exponentSign, 0x30...0x39),
            (.exponentDigits, 0x30...0x39):
            .exponentDigits
        default: nil
        }
    }
}

/// What is left of a literal, its letters packed with the next one lowest.
struct LiteralProgress: Sendable {
    var letters: UInt64 = 0

    /// The literal that starts with `letter`, which counts as read; nil if none does.
    init?(_ letter: UInt8) {
        switch letter {
        case UInt8(ascii: "t"): self.letters = 0x65_75_72  // "rue"
        case UInt8(ascii: "f"): self.letters = 0x65_73_6C_61  // "alse"
        case UInt8(ascii: "n"): self.letters = 0x6C_6C_75  // "ull"
        default: return nil
        }
    }

    init() {}
}

extension JSONFormatter {
    /// The room that one structural token may need: a line feed, the deepest indent, and marks.
    private static let tokenRoom = 2 * JSONSyntaxError.nestingLimit + 128

    /// Lays out a chunk.
    mutating func run(_ chunk: UnsafeBufferPointer<UInt8>, stage: inout ByteStage) {
        var index = 0
        while index < chunk.count, self.failure == nil {
            switch self.phase {
            case .string, .keyString: index = self.string(chunk, from: index, stage: &stage)
            case .number: index = self.number(chunk, from: index, stage: &stage)
            case .literal: index = self.literal(chunk, from: index, stage: &stage)
            case .value, .firstElement, .firstKey, .key, .colon, .afterValue, .byteOrderMark:
                index = self.structure(chunk, from: index, stage: &stage)
            }
        }
    }

    /// Handles blanks and what stands between tokens, up to the next string, number or literal.
    private mutating func structure(
        _ chunk: UnsafeBufferPointer<UInt8>,
        from start: Int,
        stage: inout ByteStage
    ) -> Int {
        var index = start
        while index < chunk.count {
            let byte = chunk[index]
            if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
                self.needsBlank = false
                index += 1
                continue
            }
            stage.makeRoom(Self.tokenRoom)
            let isAccepted: Bool
            switch self.phase {
            case .value, .firstElement:
                isAccepted = self.value(byte, at: index, stage: &stage)
            case .firstKey, .key: isAccepted = self.key(byte, stage: &stage)
            case .colon:
                isAccepted = byte == UInt8(ascii: ":")
                if isAccepted {
                    stage.put(self.marks.colon)
                    self.phase = .value
                }
            case .afterValue:
                isAccepted = self.afterValue(byte, at: index, stage: &stage)
            case .byteOrderMark: isAccepted = self.byteOrderMark(byte, at: index)
            case .string, .keyString, .number, .literal: return index
            }
            guard isAccepted else {
                self.fail(.unexpectedByte(byte), at: index, stage: &stage)
                return index
            }
            index += 1
            // From here on blanks mean something.
            if self.isInToken { return index }
        }
        return index
    }

    /// Begins a value, or ends an empty array.
    private mutating func value(_ byte: UInt8, at index: Int, stage: inout ByteStage) -> Bool {
        if self.phase == .firstElement {
            if byte == UInt8(ascii: "]") {
                stage.put(self.marks.arrayClosing)
                self.closeContainer()
                return true
            }
            guard Self.startsValue(byte) else { return false }
            self.breakLine(stage: &stage)
        }
        switch byte {
        case UInt8(ascii: "\""):
            stage.put(self.marks.stringOpening)
            self.phase = .string
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return self.openContainer(isObject: byte == UInt8(ascii: "{"), at: index, stage: &stage)
        case UInt8(ascii: "-"), 0x30...0x39:
            stage.put(self.marks.numberOpening)
            stage.put(byte)
            self.number = byte == 0x2D ? .minus : byte == 0x30 ? .zero : .integer
            self.phase = .number
        case 0xEF:
            guard self.consumed + index == 0 else { return false }
            self.phase = .byteOrderMark
        default:
            guard let literal = LiteralProgress(byte) else { return false }
            stage.put(self.marks.literalOpening)
            stage.put(byte)
            self.literal = literal
            self.phase = .literal
        }
        return true
    }

    private static func startsValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "-"),
            0x30...0x39, UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            true
        default: false
        }
    }

    private mutating func openContainer(
        isObject: Bool,
        at index: Int,
        stage: inout ByteStage
    ) -> Bool {
        guard self.containers.count < JSONSyntaxError.nestingLimit else {
            self.fail(.tooDeep(limit: JSONSyntaxError.nestingLimit), at: index, stage: &stage)
            return false
        }
        stage.put(isObject ? self.marks.objectOpening : self.marks.arrayOpening)
        self.containers.append(isObject)
        self.phase = isObject ? .firstKey : .firstElement
        return true
    }

    /// Begins a key, or ends an empty object.
    private mutating func key(_ byte: UInt8, stage: inout ByteStage) -> Bool {
        if byte == UInt8(ascii: "\"") {
            if self.phase == .firstKey { self.breakLine(stage: &stage) }
            stage.put(self.marks.keyOpening)
            self.phase = .keyString
            return true
        }
        guard byte == UInt8(ascii: "}"), self.phase == .firstKey else { return false }
        stage.put(self.marks.objectClosing)
        self.closeContainer()
        return true
    }

    /// Handles a comma, the end of a container, or the next value at the top level.
    private mutating func afterValue(_ byte: UInt8, at index: Int, stage: inout ByteStage) -> Bool {
        guard let isObject = self.containers.last else {
            guard !self.needsBlank, Self.startsValue(byte) else { return false }
            stage.put(0x0A)
            self.phase = .value
            return self.value(byte, at: index, stage: &stage)
        }
        if byte == UInt8(ascii: ",") {
            stage.put(self.marks.comma)
            self.breakLine(stage: &stage)
            self.phase = isObject ? .key : .value
            return true
        }
        guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return false }
        self.closeContainer()
        self.breakLine(stage: &stage)
        stage.put(isObject ? self.marks.objectClosing : self.marks.arrayClosing)
        return true
    }

    private mutating func closeContainer() {
        self.containers.removeLast()
        self.endValue(isScalar: false)
    }

    private mutating func byteOrderMark(_ byte: UInt8, at index: Int) -> Bool {
        let offset = self.consumed + index
        guard offset == 1 ? byte == 0xBB : byte == 0xBF else { return false }
        if offset == 2 { self.phase = .value }
        return true
    }

    /// Goes on after a value.
    @inline(__always)
    mutating func endValue(isScalar: Bool) {
        self.phase = .afterValue
        if self.containers.isEmpty {
            self.hasValue = true
            self.needsBlank = isScalar
        }
    }

    @inline(__always)
    private func breakLine(stage: inout ByteStage) {
        if self.isPretty { stage.putLine(indent: 2 * self.containers.count) }
    }

    /// Copies a number as far as the chunk goes.
    private mutating func number(
        _ chunk: UnsafeBufferPointer<UInt8>,
        from start: Int,
        stage: inout ByteStage
    ) -> Int {
        var index = start
        var progress = self.number
        defer { self.number = progress }
        while index < chunk.count {
            stage.makeRoom(32)
            let byte = chunk[index]
            guard let next = progress.after(byte) else {
                guard progress.isComplete, !byte.isASCIILetter, !byte.isASCIIDigit else {
                    self.fail(.unexpectedByte(byte), at: index, stage: &stage)
                    return index
                }
                stage.put(self.marks.closing)
                self.endValue(isScalar: true)
                return index
            }
            stage.put(byte)
            progress = next
            index += 1
        }
        return index
    }

    /// Copies a literal as far as the chunk goes.
    private mutating func literal(
        _ chunk: UnsafeBufferPointer<UInt8>,
        from start: Int,
        stage: inout ByteStage
    ) -> Int {
        var index = start
        stage.makeRoom(32)
        while index < chunk.count {
            let byte = chunk[index]
            guard byte == UInt8(truncatingIfNeeded: self.literal.letters) else {
                self.fail(.unexpectedByte(byte), at: index, stage: &stage)
                return index
            }
            stage.put(byte)
            index += 1
            self.literal.letters >>= 8
            if self.literal.letters == 0 {
                stage.put(self.marks.closing)
                self.endValue(isScalar: true)
                break
            }
        }
        return index
    }

    /// Stops at an error, with the colour switched off; the first error stands.
    mutating func fail(
        _ problem: JSONSyntaxError.Problem,
        at index: Int,
        stage: inout ByteStage
    ) {
        guard self.failure == nil else { return }
        self.failure = JSONSyntaxError(offset: self.consumed + index, problem: problem)
        if self.isInToken {
            stage.makeRoom(32)
            stage.put(self.marks.closing)
        }
    }
}
