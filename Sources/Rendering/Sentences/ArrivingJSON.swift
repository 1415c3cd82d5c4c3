import HTTPModel

/// JSON that is laid out while it arrives; what turns out to be none goes on as it came.
package struct ArrivingJSON: Sendable {
    private var formatter: JSONFormatter
    private var received = 0
    /// Where the text stopped being JSON, in bytes from its start; nil as long as it is.
    package private(set) var failureOffset: Int?

    /// Prepares for content of a type; nil where that must be seen as a whole first: what is not
    /// declared to be JSON, and JSON that is not UTF-8.
    package init?(contentType: String?, in context: RenderingContext) {
        let type = MediaType(contentType ?? "")
        guard type.isJSON, type.charset.map({ $0 == "utf-8" || $0 == "us-ascii" }) ?? true else {
            return nil
        }
        self.formatter = JSONFormatter(.init(layout: .pretty, palette: context.palette))
    }

    /// The next piece, laid out.
    package mutating func append(_ bytes: RawSpan) -> [UInt8] {
        defer { self.received += bytes.byteCount }
        guard self.failureOffset == nil else { return bytes.withUnsafeBytes { Array($0) } }
        var output: [UInt8] = []
        do {
            try self.formatter.append(bytes, into: &output)
        } catch {
            self.failureOffset = error.offset
            let rest = min(max(error.offset - self.received, 0), bytes.byteCount)
            bytes.withUnsafeBytes { output.append(contentsOf: $0[rest...]) }
        }
        return output
    }

    /// What is left at the end, with a line feed.
    package mutating func finish() -> [UInt8] {
        guard self.received > 0, self.failureOffset == nil else { return [] }
        var output: [UInt8] = []
        do {
            try self.formatter.finish(into: &output)
        } catch {
            self.failureOffset = error.offset
        }
        return output + [UInt8(ascii: "\n")]
    }
}
