import HTTPModel

/// What a byte means to the sanitizer.
enum ByteClass: UInt8, Sendable {
    /// It is shown as it is.
    case plain
    /// It is a control and is escaped.
    case control
    /// It is a CR, which may belong to a CR LF.
    case carriageReturn
    /// It is outside ASCII: a part of a UTF-8 sequence, or invalid.
    case beyondASCII

    /// The classes of all bytes.
    static func table(for extent: Sanitizer.Extent) -> [ByteClass] {
        switch extent {
        case .text: Self.textTable
        case .line: Self.lineTable
        }
    }

    private static let lineTable: [ByteClass] = (UInt8.min...UInt8.max).map { byte in
        byte >= 0x80 ? .beyondASCII : byte < 0x20 || byte == 0x7F ? .control : .plain
    }

    private static let textTable: [ByteClass] = {
        var table = Self.lineTable
        table[0x09] = .plain
        table[0x0A] = .plain
        table[0x0D] = .carriageReturn
        return table
    }()
}

extension Sanitizer {
    /// Whether nothing needs escaping.
    func isClean(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        self.classes.withUnsafeBufferPointer { classes in
            var index = 0
            while index < bytes.count {
                switch classes[Int(bytes[index])] {
                case .plain: index += 1
                case .control, .carriageReturn: return false
                case .beyondASCII:
                    guard case .scalar(let value, let length) = UTF8Sequence(bytes, at: index),
                        !Self.isDangerous(value, in: self.extent)
                    else { return false }
                    index += length
                }
            }
            return true
        }
    }

    /// Takes the next chunk of a stream.
    mutating func append(_ chunk: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
        guard !chunk.isEmpty else { return }
        var start = 0
        if !self.pending.isEmpty {
            guard let next = self.resolvePending(with: chunk, into: &output) else { return }
            start = next
        }
        let end = self.copy(chunk, from: start, into: &output)
        self.pending = Array(chunk[end...])
    }

    /// Completes what the last chunk ended with.
    ///
    /// - Returns: Where to go on in `chunk`; nil if all of it still belongs to what is pending.
    private mutating func resolvePending(
        with chunk: UnsafeBufferPointer<UInt8>,
        into output: inout [UInt8]
    ) -> Int? {
        let held = self.pending
        // Three more bytes complete any sequence.
        let joined = held + chunk.prefix(3)
        if held == [0x0D] {
            // A LF stays in the chunk and is copied from there.
            if chunk[0] != 0x0A { self.appendEscape(ofByte: 0x0D, to: &output) }
            return 0
        }
        switch joined.withUnsafeBufferPointer({ UTF8Sequence($0, at: 0) }) {
        case .incomplete:
            self.pending = joined
            return nil
        case .scalar(let value, let length):
            if Self.isDangerous(value, in: self.extent) {
                self.appendEscape(ofScalar: value, to: &output)
            } else {
                output.append(contentsOf: joined[..<length])
            }
            return length - held.count
        case .invalid:
            // Continuation bytes without their lead are invalid too.
            for byte in held { self.appendEscape(ofByte: byte, to: &output) }
            return 0
        }
    }

    /// Copies what is safe in runs, and escapes the rest.
    ///
    /// - Returns: Where an unfinished sequence starts, or the end.
    private func copy(
        _ bytes: UnsafeBufferPointer<UInt8>,
        from start: Int,
        into output: inout [UInt8]
    ) -> Int {
        self.classes.withUnsafeBufferPointer { classes in
            var index = start
            var run = start
            while index < bytes.count {
                let byte = bytes[index]
                let length: Int
                switch classes[Int(byte)] {
                case .plain:
                    index += 1
                    continue
                case .control:
                    output.append(contentsOf: bytes[run..<index])
                    self.appendEscape(ofByte: byte, to: &output)
                    length = 1
                case .carriageReturn:
                    output.append(contentsOf: bytes[run..<index])
                    guard index + 1 < bytes.count else { return index }
                    if bytes[index + 1] != 0x0A { self.appendEscape(ofByte: byte, to: &output) }
                    length = 1
                case .beyondASCII:
                    switch UTF8Sequence(bytes, at: index) {
                    case .scalar(let value, let count):
                        guard Self.isDangerous(value, in: self.extent) else {
                            index += count
                            continue
                        }
                        output.append(contentsOf: bytes[run..<index])
                        self.appendEscape(ofScalar: value, to: &output)
                        length = count
                    case .incomplete:
                        output.append(contentsOf: bytes[run..<index])
                        return index
                    case .invalid:
                        output.append(contentsOf: bytes[run..<index])
                        self.appendEscape(ofByte: byte, to: &output)
                        length = 1
                    }
                }
                index += length
                run = index
            }
            output.append(contentsOf: bytes[run..<index])
            return index
        }
    }

    /// Whether a scalar outside ASCII drives terminals or reorders text.
    static func isDangerous(_ value: UInt32, in extent: Extent) -> Bool {
        // In text over several lines one more line end is none too many.
        if (0x2028...0x2029).contains(value) { return extent == .line }
        return Unicode.Scalar.isUnsafeToShow(beyondASCII: value)
    }

    func appendEscape(ofByte byte: UInt8, to output: inout [UInt8]) {
        output.append(contentsOf: self.escapeOpening)
        output.append(contentsOf: [0x5C, 0x78, byte.highHexDigit, byte.lowHexDigit])
        output.append(contentsOf: self.escapeClosing)
    }

    private func appendEscape(ofScalar value: UInt32, to output: inout [UInt8]) {
        output.append(contentsOf: self.escapeOpening)
        output.append(contentsOf: "\\u{\(String(value, radix: 16))}".utf8)
        output.append(contentsOf: self.escapeClosing)
    }
}

extension UInt8 {
    /// The upper four bits as a lower-case hexadecimal digit.
    var highHexDigit: UInt8 { (self >> 4).hexDigit }

    /// The lower four bits as a lower-case hexadecimal digit.
    var lowHexDigit: UInt8 { (self & 15).hexDigit }

    private var hexDigit: UInt8 { self < 10 ? 0x30 + self : 0x61 + self - 10 }
}
