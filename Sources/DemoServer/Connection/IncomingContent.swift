internal import NIOCore

/// The content of a request while it arrives.
struct IncomingContent {
    private enum Storage {
        case kept(ByteBuffer)
        case summarised(ContentSummary)
        case thrownAway
    }

    private var storage: Storage
    private let limit: Int
    private var received = 0

    /// Creates a place for the content of `request`.
    init(of request: DemoRequest, use: Route.ContentUse, limit: Int) {
        switch use {
        case .kept:
            self.storage = .kept(ByteBuffer())
            self.limit = limit
        case .summarised:
            self.storage = .summarised(
                ContentSummary(contentType: request.field("content-type") ?? "")
            )
            self.limit = limit.multipliedReportingOverflow(by: 1000).partialValue
        }
    }

    /// Takes in bytes; beyond the limit everything is thrown away, and what comes is only drained.
    mutating func append(_ bytes: ByteBuffer) {
        self.received += bytes.readableBytes
        guard self.received <= self.limit else {
            self.storage = .thrownAway
            return
        }
        switch self.storage {
        case .kept(var buffer):
            self.storage = .thrownAway  // Drops the second reference: appending copies nothing.
            buffer.writeImmutableBuffer(bytes)
            self.storage = .kept(buffer)
        case .summarised(var summary):
            self.storage = .thrownAway
            summary.append(Array(bytes.readableBytesView))
            self.storage = .summarised(summary)
        case .thrownAway:
            break
        }
    }

    /// The request with its content.
    consuming func completing(_ request: DemoRequest) -> DemoRequest {
        var request = request
        switch self.storage {
        case .kept(let buffer):
            request.content = Array(buffer.readableBytesView)
        case .summarised(var summary):
            summary.finish()
            request.summary = summary
        case .thrownAway:
            request.isTooLong = true
        }
        return request
    }
}
