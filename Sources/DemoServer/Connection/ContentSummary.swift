internal import CZlib

/// What the server keeps of an upload: how long it was, its checksum, and which parts it had.
struct ContentSummary: Sendable, Hashable {
    /// A part of a multipart upload (RFC 7578).
    struct Part: Sendable, Hashable {
        var name: String?
        var filename: String?
        var contentType: String?
        var length = 0
    }

    /// The length in bytes.
    private(set) var length = 0
    /// CRC-32 as in zip and `gzip -lv`.
    private(set) var checksum: UInt32 = 0
    /// The parts of multipart content.
    var parts: [Part] { self.scanner?.parts ?? [] }
    /// Whether it was multipart content, complete up to the last delimiter.
    var isCompleteMultipart: Bool { self.scanner?.isComplete ?? false }

    private var scanner: MultipartScanner?

    /// Creates a summary of no bytes of the media type `contentType`.
    init(contentType: String) {
        self.scanner = MultipartScanner(contentType: contentType)
    }

    /// Takes in the next bytes.
    mutating func append(_ bytes: [UInt8]) {
        self.length += bytes.count
        self.checksum = UInt32(
            truncatingIfNeeded: crc32_z(UInt(self.checksum), bytes, bytes.count)
        )
        self.scanner?.append(bytes)
    }

    /// Says that no more bytes come.
    mutating func finish() {
        self.scanner?.finish()
    }
}
