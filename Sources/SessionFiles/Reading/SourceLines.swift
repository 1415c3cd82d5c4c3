#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The lines of a file, found in its bytes as they are asked for.
///
/// Only offsets are kept, so a line costs nothing until its text is wanted.
struct SourceLines {
    private let bytes: [UInt8]
    private var offset: Int
    /// The number of the line that `current` is, from 1.
    private(set) var number = 0
    /// The line that is looked at; nil after the last one.
    private(set) var current: SourceLine?

    /// Starts at the first line.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // A byte order mark says nothing about UTF-8 and is skipped (FILES.md 2.4, row 25).
        self.offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        self.advance()
    }

    /// Goes to the next line.
    mutating func advance() {
        guard self.offset < self.bytes.count else {
            self.current = nil
            self.number += 1
            return
        }
        let end = Self.lineEnd(in: self.bytes, from: self.offset)
        var textEnd = end
        if textEnd > self.offset, self.bytes[textEnd - 1] == 0x0D { textEnd -= 1 }
        self.number += 1
        self.current = SourceLine(
            number: self.number,
            bytes: self.bytes[self.offset..<textEnd]
        )
        self.offset = end + 1
    }

    /// Goes to the end.
    mutating func finish() {
        self.offset = self.bytes.count
        self.current = nil
    }

    private static func lineEnd(in bytes: [UInt8], from offset: Int) -> Int {
        bytes.withUnsafeBytes { buffer in
            // A line can be as long as the file, and the C library looks at many bytes at once.
            guard let base = buffer.baseAddress,
                let end = memchr(base + offset, 0x0A, buffer.count - offset)
            else { return buffer.count }
            return UnsafeRawPointer(end) - base
        }
    }

    /// The text of whole lines that stand one after the other, with LF between them.
    func text(of range: Range<Int>) -> String {
        let slice = self.bytes[range]
        let hasReturn = slice.withUnsafeBytes { buffer in
            buffer.baseAddress.map { memchr($0, 0x0D, buffer.count) != nil } ?? false
        }
        guard hasReturn else { return String(decoding: slice, as: UTF8.self) }
        var kept: [UInt8] = []
        kept.reserveCapacity(slice.count)
        for byte in slice {
            if byte == 0x0A, kept.last == 0x0D { kept.removeLast() }
            kept.append(byte)
        }
        return String(decoding: kept, as: UTF8.self)
    }
}

/// One line without its end.
struct SourceLine {
    /// The number, from 1.
    let number: Int
    /// The bytes.
    let bytes: ArraySlice<UInt8>

    /// The line as text.
    var text: String { String(decoding: self.bytes, as: UTF8.self) }

    /// Whether there is nothing but blanks and tabs.
    var isBlank: Bool { self.bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 } }

    /// Whether the line begins with a blank or tab.
    var isIndented: Bool { self.bytes.first == 0x20 || self.bytes.first == 0x09 }

    /// The first byte that is neither blank nor tab.
    var firstVisible: UInt8? { self.bytes.first { $0 != 0x20 && $0 != 0x09 } }

    /// The bytes after blanks and tabs.
    var visible: ArraySlice<UInt8> { self.bytes.drop { $0 == 0x20 || $0 == 0x09 } }

    /// Whether the line begins with `prefix`.
    func starts(with prefix: StaticString) -> Bool {
        self.bytes.count >= prefix.utf8CodeUnitCount
            && self.bytes.starts(with: prefix.buffer)
    }

    /// Whether this is a `###` line.
    var isSeparator: Bool { self.starts(with: "###") }

    /// Whether this is a comment: `#` or `//`, perhaps indented.
    var isComment: Bool {
        let visible = self.visible
        return visible.first == UInt8(ascii: "#")
            || visible.starts(with: "//".utf8)
    }
}

extension StaticString {
    fileprivate var buffer: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: self.utf8Start, count: self.utf8CodeUnitCount)
    }
}
