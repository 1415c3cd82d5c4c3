import HTTPModel

extension JSONFormatter {
    /// The room that one character of a string may need, escaped and coloured.
    private static let characterRoom = 128

    /// Copies a string, up to its closing quote or the end of the chunk.
    mutating func string(
        _ chunk: UnsafeBufferPointer<UInt8>,
        from start: Int,
        stage: inout ByteStage
    ) -> Int {
        var index = start
        if !self.pending.isEmpty {
            guard let next = self.resolvePending(with: chunk, from: index, stage: &stage) else {
                return chunk.count
            }
            index = next
        }
        while index < chunk.count {
            stage.makeRoom(Self.characterRoom)
            if self.escape == .none {
                index = self.copyPlain(chunk, from: index, stage: &stage)
                guard index < chunk.count else { break }
                stage.makeRoom(Self.characterRoom)
            }
            let byte = chunk[index]
            if self.escape != .none {
                guard self.continueEscape(byte) else {
                    self.fail(.invalidEscape, at: index, stage: &stage)
                    return index
                }
                stage.put(byte)
                index += 1
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                stage.put(self.marks.quoteClosing)
                if self.phase == .keyString {
                    self.phase = .colon
                } else {
                    self.endValue(isScalar: false)
                }
                return index + 1
            case UInt8(ascii: "\\"):
                stage.put(byte)
                self.escape = .backslash
                index += 1
            case ..<0x20:
                self.fail(.controlCharacterInString(byte), at: index, stage: &stage)
                return index
            case 0x7F where self.sanitizingMask != 0:
                self.putEscape(ofScalar: 0x7F, stage: &stage)
                index += 1
            case 0x80...:
                index = self.character(chunk, at: index, stage: &stage)
            default:
                // Where the stage was full the run ended early.
                stage.put(byte)
                index += 1
            }
        }
        return index
    }

    /// Copies what means nothing in a string, eight bytes at a time.
    ///
    /// Each test flags the top bit of the bytes it is about. A borrow may flag a byte above a true
    /// hit as well, but never one below, and only the lowest flag counts.
    @inline(__always)
    private func copyPlain(
        _ chunk: UnsafeBufferPointer<UInt8>,
        from start: Int,
        stage: inout ByteStage
    ) -> Int {
        guard let base = chunk.baseAddress else { return start }
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let source = UnsafeRawPointer(base)
        let target = UnsafeMutableRawPointer(stage.next)
        let end = min(chunk.count, start + stage.room)
        var index = start
        while index + 8 <= end {
            let word = UInt64(
                littleEndian: source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            )
            target.storeBytes(
                of: word.littleEndian,
                toByteOffset: index - start,
                as: UInt64.self
            )
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let delete = word ^ (ones &* 0x7F)
            let controls = (word &- ones &* 0x20) & ~word
            let ends = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            let dangers = (((delete &- ones) & ~delete) | word) & self.sanitizingMask
            let flags = (controls | ends | dangers) & tops
            if flags != 0 {
                index += flags.trailingZeroBitCount >> 3
                stage.advance(index - start)
                return index
            }
            index += 8
        }
        while index < end, Self.isPlain(base[index]) {
            target.storeBytes(of: base[index], toByteOffset: index - start, as: UInt8.self)
            index += 1
        }
        stage.advance(index - start)
        return index
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C
    }

    /// Goes on in an escape; false if the byte cannot stand there.
    @inline(__always)
    private mutating func continueEscape(_ byte: UInt8) -> Bool {
        switch self.escape {
        case .none: return false
        case .backslash:
            switch byte {
            case UInt8(ascii: "u"): self.escape = .fourDigits
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
                UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                self.escape = .none
            default: return false
            }
            return true
        case .oneDigit, .twoDigits, .threeDigits, .fourDigits:
            guard byte.hexDigitValue != nil else { return false }
            self.escape = EscapeProgress(rawValue: self.escape.rawValue - 1) ?? .none
            return true
        }
    }

    /// Copies or escapes one character outside ASCII.
    private mutating func character(
        _ chunk: UnsafeBufferPointer<UInt8>,
        at index: Int,
        stage: inout ByteStage
    ) -> Int {
        guard self.sanitizingMask != 0 else {
            stage.put(chunk[index])
            return index + 1
        }
        switch UTF8Sequence(chunk, at: index) {
        case .scalar(let value, let length):
            if Sanitizer.isDangerous(value, in: .text) {
                self.putEscape(ofScalar: value, stage: &stage)
            } else {
                for offset in 0..<length { stage.put(chunk[index + offset]) }
            }
            return index + length
        case .incomplete:
            self.pending = Array(chunk[index...])
            return chunk.count
        case .invalid:
            self.putEscape(ofByte: chunk[index], stage: &stage)
            return index + 1
        }
    }

    /// Completes the character that the last chunk ended in.
    ///
    /// - Returns: Where to go on; nil if all of the chunk still belongs to the character.
    private mutating func resolvePending(
        with chunk: UnsafeBufferPointer<UInt8>,
        from start: Int,
        stage: inout ByteStage
    ) -> Int? {
        let held = self.pending
        let joined = held + chunk[start...].prefix(3)
        stage.makeRoom(Self.characterRoom)
        self.pending = []
        switch joined.withUnsafeBufferPointer({ UTF8Sequence($0, at: 0) }) {
        case .incomplete:
            self.pending = joined
            return nil
        case .scalar(let value, let length):
            if Sanitizer.isDangerous(value, in: .text) {
                self.putEscape(ofScalar: value, stage: &stage)
            } else {
                for byte in joined[..<length] { stage.put(byte) }
            }
            return start + length - held.count
        case .invalid:
            // Continuation bytes without their lead are invalid too.
            for byte in held {
                stage.makeRoom(Self.characterRoom)
                self.putEscape(ofByte: byte, stage: &stage)
            }
            return start
        }
    }

    /// Writes a character below U+10000 as JSON spells it.
    private func putEscape(ofScalar value: UInt32, stage: inout ByteStage) {
        self.putEscape(stage: &stage) { stage in
            stage.put(UInt8(ascii: "\\"))
            stage.put(UInt8(ascii: "u"))
            for byte in [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)] {
                stage.put(byte.highHexDigit)
                stage.put(byte.lowHexDigit)
            }
        }
    }

    /// Writes a byte that is no UTF-8.
    private func putEscape(ofByte byte: UInt8, stage: inout ByteStage) {
        self.putEscape(stage: &stage) { stage in
            stage.put(UInt8(ascii: "\\"))
            stage.put(UInt8(ascii: "x"))
            stage.put(byte.highHexDigit)
            stage.put(byte.lowHexDigit)
        }
    }

    /// Writes an escape in its own colour, and goes on in that of the string.
    private func putEscape(stage: inout ByteStage, _ write: (inout ByteStage) -> Void) {
        stage.put(self.marks.escapeOpening)
        write(&stage)
        stage.put(self.marks.closing)
        stage.put(self.phase == .keyString ? self.marks.keyColor : self.marks.stringColor)
    }
}
