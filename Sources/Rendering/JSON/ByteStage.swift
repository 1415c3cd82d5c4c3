/// At most sixteen bytes, kept so that they are stored with two instructions.
struct ShortBytes: Sendable, Hashable {
    private let low: UInt64
    private let high: UInt64
    let count: Int

    /// Packs a text.
    ///
    /// - Precondition: It has at most sixteen bytes in UTF-8.
    init(_ text: String) {
        precondition(text.utf8.count <= 16, "\(text.utf8.count) bytes are not short")
        var words: (UInt64, UInt64) = (0, 0)
        for (index, byte) in text.utf8.enumerated() {
            if index < 8 {
                words.0 |= UInt64(byte) << UInt64(8 * index)
            } else {
                words.1 |= UInt64(byte) << UInt64(8 * (index - 8))
            }
        }
        (self.low, self.high) = words
        self.count = text.utf8.count
    }

    /// Stores all sixteen bytes, of which `count` mean something.
    @inline(__always)
    func store(to place: UnsafeMutablePointer<UInt8>) {
        let raw = UnsafeMutableRawPointer(place)
        raw.storeBytes(of: self.low.littleEndian, as: UInt64.self)
        raw.storeBytes(of: self.high.littleEndian, toByteOffset: 8, as: UInt64.self)
    }
}

/// Bytes on their way to an array, gathered in a fixed buffer.
///
/// Appending to an array checks its capacity and its uniqueness for every byte; here the caller
/// checks once for a token, with `makeRoom(_:)`, and then writes without checks. All writes may
/// touch up to sixteen bytes behind what they write.
struct ByteStage {
    /// What has been gathered before.
    private(set) var output: [UInt8]
    private let base: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private var count = 0

    /// The room that is always there after `makeRoom(_:)`, beyond what was asked for.
    private static let slack = 16

    /// Creates a stage in front of `output` that uses `buffer`.
    ///
    /// - Precondition: The buffer is not empty.
    init?(output: [UInt8], buffer: UnsafeMutableBufferPointer<UInt8>) {
        guard let base = buffer.baseAddress else { return nil }
        self.output = output
        self.base = base
        self.capacity = buffer.count
    }

    /// Where the next byte goes.
    @inline(__always)
    var next: UnsafeMutablePointer<UInt8> { self.base + self.count }

    /// How many bytes can be written before more room must be made.
    @inline(__always)
    var room: Int { self.capacity - self.count - Self.slack }

    /// Makes room for `size` bytes.
    @inline(__always)
    mutating func makeRoom(_ size: Int) {
        if self.room < size { self.flush() }
    }

    /// Counts bytes that were written at `next`.
    @inline(__always)
    mutating func advance(_ size: Int) {
        self.count += size
    }

    @inline(__always)
    mutating func put(_ byte: UInt8) {
        self.base[self.count] = byte
        self.count += 1
    }

    @inline(__always)
    mutating func put(_ bytes: ShortBytes) {
        bytes.store(to: self.next)
        self.count += bytes.count
    }

    /// Writes a line feed and blanks.
    @inline(__always)
    mutating func putLine(indent: Int) {
        self.put(0x0A)
        let raw = UnsafeMutableRawPointer(self.next)
        var offset = 0
        repeat {
            raw.storeBytes(
                of: 0x2020_2020_2020_2020,
                toByteOffset: offset,
                as: UInt64.self
            )
            offset += 8
        } while offset < indent
        self.count += indent
    }

    /// Moves what was gathered to the output.
    mutating func flush() {
        self.output.append(contentsOf: UnsafeBufferPointer(start: self.base, count: self.count))
        self.count = 0
    }
}
