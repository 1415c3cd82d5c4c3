import HTTPModel

/// Where each key that has been seen stands in the table.
///
/// A hash table with open addressing, because every request looks its key up, and a `Dictionary`
/// would copy each key that it compares. Keys stay for the session, so nothing is ever removed.
struct KeyDirectory: Equatable, Sendable {
    /// The indices of keys, or `none`; a power of two of them.
    private var buckets: [Int32] = []
    /// The hash of each key, by its index.
    private var hashes: [UInt64] = []

    /// What stands for an empty bucket.
    private static let none: Int32 = -1

    /// The index of a key among `books`, which are in the order of their entering; nil if it is
    /// new.
    func index(of key: ConnectionKey, in books: [KeyBook]) -> KeyIndex? {
        if self.buckets.isEmpty { return nil }
        let hash = Self.hash(of: key)
        var bucket = self.start(of: hash)
        while self.buckets[bucket] != Self.none {
            let index = KeyIndex(self.buckets[bucket])
            if self.hashes[index] == hash, books[index].key == key { return index }
            bucket = (bucket + 1) & (self.buckets.count - 1)
        }
        return nil
    }

    /// Enters a key that is new; its index is the number of those entered before.
    mutating func enter(_ key: ConnectionKey) {
        self.hashes.append(Self.hash(of: key))
        if self.hashes.count * 2 > self.buckets.count {
            self.buckets = Array(repeating: Self.none, count: max(8, self.buckets.count * 2))
            for index in self.hashes.indices { self.place(index) }
        } else {
            self.place(self.hashes.count - 1)
        }
    }

    private mutating func place(_ index: KeyIndex) {
        var bucket = self.start(of: self.hashes[index])
        while self.buckets[bucket] != Self.none { bucket = (bucket + 1) & (self.buckets.count - 1) }
        self.buckets[bucket] = Int32(index)
    }

    private func start(of hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash >> 32) & (self.buckets.count - 1)
    }

    /// Host, port and TLS settings tell keys apart; the rest is for the comparison.
    ///
    /// Without a secret: who could pick hosts that collide is who types them, and would only wait
    /// longer.
    private static func hash(of key: ConnectionKey) -> UInt64 {
        var hash = key.tlsDigest ^ UInt64(truncatingIfNeeded: key.origin.port)
        var host = key.origin.host
        host.withUTF8 { bytes in
            var offset = 0
            while offset + 8 <= bytes.count {
                let word = UnsafeRawBufferPointer(bytes)
                    .loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                Self.mix(word, into: &hash)
                offset += 8
            }
            var rest = UInt64(bytes.count)
            while offset < bytes.count {
                rest = rest << 8 | UInt64(bytes[offset])
                offset += 1
            }
            Self.mix(rest, into: &hash)
        }
        return hash
    }

    private static func mix(_ word: UInt64, into hash: inout UInt64) {
        // The multiplication spreads each bit upwards, the shift brings it back down.
        hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
    }
}
