/// What a decoder has been fed and has not used up.
struct DecoderInput {
    private var bytes: [UInt8] = []
    private var position = 0
    /// Whether a byte has ever come.
    private(set) var hasBegun = false

    /// How many bytes are left.
    var count: Int { self.bytes.count - self.position }

    /// The byte at `offset` from where the decoder stands.
    subscript(offset: Int) -> UInt8 { self.bytes[self.position + offset] }

    /// Takes more.
    mutating func feed(_ bytes: [UInt8]) {
        self.hasBegun = self.hasBegun || !bytes.isEmpty
        if self.count == 0 {
            self.bytes = bytes
        } else {
            self.bytes = self.bytes[self.position...] + bytes
        }
        self.position = 0
    }

    /// Passes over what is left.
    mutating func skipAll() {
        self.position = self.bytes.count
    }

    /// Lends what is left; `body` returns how many bytes of it were used up.
    mutating func consume(_ body: (UnsafeMutableBufferPointer<UInt8>) -> Int) {
        let start = self.position
        let used = self.bytes.withUnsafeMutableBufferPointer { buffer in
            body(UnsafeMutableBufferPointer(rebasing: buffer[start...]))
        }
        self.position = start + used
    }
}
