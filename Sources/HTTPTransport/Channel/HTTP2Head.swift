import HTTPModel
import HTTPTypes
import NIOHPACK

/// The head of a request as HTTP/2 carries it (RFC 9113, section 8.3.1).
struct HTTP2RequestHead {
    /// Pseudo-fields and fields, in order.
    private(set) var fields: HPACKHeaders
    /// Names of fields that HTTP/2 does not carry, as they were spelled (POOL.md rule 43).
    private(set) var removed: [String] = []

    /// Translates the head of `request`.
    init(_ request: TransportRequest) {
        let host = request.fields.first { $0.name.canonicalName == "host" }
        self.fields = HPACKHeaders([
            (":method", request.method.rawValue),
            (":scheme", request.origin.scheme.rawValue),
            (":authority", host?.value ?? request.origin.authority),
            (":path", request.target),
        ])
        let nominated = Self.nominated(by: request.fields)
        for field in request.fields {
            let name = field.name.canonicalName
            if name == "host" { continue }
            // The built-in default asks for what HTTP/2 does anyway: nothing is lost with it.
            if name == "connection", field.value.equalsASCII("keep-alive") { continue }
            if FieldLine.connectionSpecificNames.contains(name) || nominated.contains(name)
                || name == "te" && !field.value.equalsASCII("trailers")
            {
                self.removed.append(field.name.rawName)
                continue
            }
            self.fields.add(name: name, value: field.value, indexing: Self.indexing(of: name))
        }
        // Frames delimit content anyway, so there are no chunks.
        if !request.isChunked, let framing = request.framingField {
            self.fields.add(name: framing.name.lowercased(), value: framing.value)
        }
    }

    /// Fields that `Connection` names as its options.
    private static func nominated(by fields: HTTPFields) -> Set<String> {
        var names: Set<String> = []
        for value in fields[values: .connection] {
            for option in value.listElements { names.insert(option.lowercased()) }
        }
        return names
    }

    /// Credentials stay out of every table on the way (RFC 7541, section 7.1.3).
    private static func indexing(of name: String) -> HPACKIndexing {
        switch name {
        case "authorization", "proxy-authorization", "cookie": .neverIndexed
        default: .indexable
        }
    }
}

extension ResponseHead {
    /// The head of a response of HTTP/2 (RFC 9113, section 8.3.2).
    init(_ fields: HPACKHeaders) throws(ProtocolFault) {
        guard let status = fields.first(name: ":status").flatMap({ Int($0) }),
            (100...599).contains(status), status != 101
        else { throw ProtocolFault(.other("a response without a valid :status")) }
        self.init(status: status, version: "HTTP/2", fields: [FieldLine](fields))
    }

    /// The length that Content-Length announces; nil if it does not.
    func contentLength(toHEAD: Bool) throws(ProtocolFault) -> Int? {
        guard case .length(let length) = try ResponseRules.delimiter(of: self, toHEAD: toHEAD)
        else { return nil }
        return length
    }
}

extension [FieldLine] {
    /// The fields of a header or trailer section, without pseudo-fields.
    init(_ fields: HPACKHeaders) {
        self = fields.compactMap { name, value, _ in
            name.utf8.first == UInt8(ascii: ":") ? nil : FieldLine(name, value)
        }
    }
}
