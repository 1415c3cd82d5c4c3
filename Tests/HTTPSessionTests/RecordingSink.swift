import HTTPModel
import Synchronization

/// A sink that notes how it was called.
final class RecordingSink: BodySink {
    private let noted = Mutex<[String]>([])

    var calls: [String] { self.noted.withLock { $0 } }

    func begin(_ head: ResponseHead) -> BodyDisposition {
        self.noted.withLock { $0.append("begin \(head.status)") }
        return .deliverDecoded
    }

    func write(_ bytes: RawSpan) throws(BodySinkError) -> BodyFlow {
        let count = bytes.byteCount
        self.noted.withLock { $0.append("write \(count)") }
        return .continue
    }

    func end() throws(BodySinkError) { self.noted.withLock { $0.append("end") } }

    func fail() { self.noted.withLock { $0.append("fail") } }
}
