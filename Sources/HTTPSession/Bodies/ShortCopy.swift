/// A copy of content that goes elsewhere, as long as it is short.
///
/// Beyond its limit it is dropped at once, so that memory stays flat however much arrives.
struct ShortCopy {
    /// The content so far; nil once there was too much of it.
    private(set) var bytes: [UInt8]? = []
    private let limit: Int

    /// Creates a copy of at most `limit` bytes.
    init(limit: Int) {
        self.limit = limit
    }

    /// Adds what has arrived.
    mutating func append(_ more: RawSpan) {
        guard let count = self.bytes?.count else { return }
        guard count + more.byteCount <= self.limit else {
            self.bytes = nil
            return
        }
        more.withUnsafeBytes { self.bytes?.append(contentsOf: $0) }
    }
}
