import HTTPModel
import Synchronization

/// Takes content, decoded, and keeps nothing of it but its length.
final class CountingSink: ContentSink {
    let canPause = false
    private let size = Atomic(0)

    func begin(_: ResponseHead) -> BodyDisposition { .deliverDecoded }

    func write(_ bytes: RawSpan) throws(BodySinkError) -> BodyFlow {
        self.add(bytes.byteCount)
        return .continue
    }

    func add(_ count: Int) { self.size.add(count, ordering: .relaxed) }

    func content() -> Exchange.Content {
        let size = self.size.load(ordering: .relaxed)
        return size == 0 ? .none : .delivered(size: size)
    }
}
