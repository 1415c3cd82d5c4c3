import HTTPModel
import HTTPTypes
import NIOCore

extension TransportRequest {
    /// Whether it says `Connection: close`, over HTTP/2 too, where that goes no further (POOL.md
    /// rule 24).
    var asksToClose: Bool {
        self.fields[values: .connection].contains { value in
            value.listElements.contains { $0.equalsASCII("close") }
        }
    }
}

extension ByteBuffer {
    /// Writes the head of `request` (RFC 9112, sections 2 and 3).
    ///
    /// Nothing in it can end a line: the types of method and fields see to that, and the target is
    /// the encoded text of a `URI`.
    mutating func writeHead(of request: TransportRequest) {
        self.writeString(request.method.rawValue)
        self.writeStaticString(" ")
        self.writeString(request.target)
        self.writeStaticString(" HTTP/1.1\r\n")
        for field in request.fields {
            self.writeString(field.name.rawName)
            self.writeStaticString(": ")
            // As it is kept: bytes that a server sent as a cookie go back as they came.
            field.withUnsafeBytesOfValue { _ = self.writeBytes($0) }
            self.writeStaticString("\r\n")
        }
        if let framing = request.framingField { self.writeField(framing.name, framing.value) }
        if let field = request.expectationField { self.writeField(field.name, field.value) }
        self.writeStaticString("\r\n")
    }

    private mutating func writeField(_ name: String, _ value: String) {
        self.writeString(name)
        self.writeStaticString(": ")
        self.writeString(value)
        self.writeStaticString("\r\n")
    }
}
