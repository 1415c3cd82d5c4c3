/// A URI of the http or https scheme (RFC 3986; RFC 9110, section 4.2).
///
/// The text is kept as given but for what must change: controls, blanks and bytes outside ASCII are
/// percent-encoded, scheme and host are lower-cased, an empty path becomes `/`.
package struct URI: Sendable, Hashable, CustomStringConvertible {
    /// Scheme, host and port.
    package var origin: Origin
    /// User information, `user` or `user:password`, still percent-encoded.
    package var userInfo: String?
    /// The path, which starts with `/`.
    package var path: String
    /// The query without its `?`; nil if there is none.
    package var query: String?
    /// The fragment without its `#`; nil if there is none.
    package var fragment: String?

    /// Creates a URI from its components.
    package init(
        origin: Origin,
        userInfo: String? = nil,
        path: String = "/",
        query: String? = nil,
        fragment: String? = nil
    ) {
        self.origin = origin
        self.userInfo = userInfo
        self.path = path.isEmpty ? "/" : path
        self.query = query
        self.fragment = fragment
    }

    /// Parses an absolute URI.
    ///
    /// - Throws: `URIError` with the part that is wrong.
    package init(_ text: String) throws(URIError) {
        guard !text.isEmpty else { throw .empty }
        let reference = try URIReference(text)
        guard let schemeText = reference.scheme else { throw .missingScheme }
        guard let scheme = Scheme(rawValue: schemeText) else {
            throw .unsupportedScheme(schemeText)
        }
        guard let authority = reference.authority else { throw .missingHost }
        try self.init(scheme: scheme, authority: authority, reference: reference)
    }

    private init(
        scheme: Scheme,
        authority: String,
        reference: URIReference
    ) throws(URIError) {
        let parts = try Authority(authority)
        self.init(
            origin: Origin(scheme: scheme, host: parts.host, port: parts.port),
            userInfo: parts.userInfo,
            path: reference.path.removingDotSegments,
            query: reference.query,
            fragment: reference.fragment
        )
    }

    /// Path and query: the request target in origin-form (RFC 9112, section 3.2.1).
    package var requestTarget: String {
        self.query.map { "\(self.path)?\($0)" } ?? self.path
    }

    /// The whole URI without user information, which is never shown.
    package var description: String {
        let fragment = self.fragment.map { "#\($0)" } ?? ""
        return "\(self.origin)\(self.requestTarget)\(fragment)"
    }

    /// Resolves a reference against this URI (RFC 3986, section 5.2).
    ///
    /// The fragment is the reference's own; user information is not inherited.
    package func resolving(_ text: String) throws(URIError) -> URI {
        let reference = try URIReference(text)
        if reference.scheme != nil {
            return try URI(text)
        }
        if let authority = reference.authority {
            return try URI(
                scheme: self.origin.scheme,
                authority: authority,
                reference: reference
            )
        }
        var result = self
        result.userInfo = nil
        result.fragment = reference.fragment
        if reference.path.isEmpty {
            result.query = reference.query ?? self.query
            return result
        }
        result.query = reference.query
        if reference.path.hasPrefix("/") {
            result.path = reference.path.removingDotSegments
        } else {
            let directory = self.path.prefix(
                through: self.path.lastIndex(of: "/") ?? self.path.startIndex
            )
            result.path = (String(directory) + reference.path).removingDotSegments
        }
        return result
    }
}

/// What is wrong with a URI.
package enum URIError: Error, Sendable, Hashable {
    /// There is nothing.
    case empty
    /// No scheme.
    case missingScheme
    /// A scheme other than http and https.
    case unsupportedScheme(String)
    /// No host.
    case missingHost
    /// A host that is none.
    case invalidHost(String)
    /// A port that is not 1 to 65535.
    case invalidPort(String)
    /// A control character.
    case controlCharacter
}

/// A URI reference, split (RFC 3986, appendix B).
package struct URIReference: Sendable, Hashable {
    /// The scheme in lower case.
    package var scheme: String?
    /// The authority, unsplit.
    package var authority: String?
    /// The path, which may be empty or relative.
    package var path: String
    /// The query without `?`.
    package var query: String?
    /// The fragment without `#`.
    package var fragment: String?

    /// Splits `text`, percent-encoding blanks and bytes outside ASCII.
    ///
    /// - Throws: `URIError.controlCharacter`.
    package init(_ text: String) throws(URIError) {
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw .controlCharacter
        }
        // By bytes: each request is split so, and to find characters takes several times as long.
        var rest = text.percentEncodingUnsafe.utf8[...]
        if let hash = rest.firstIndex(of: UInt8(ascii: "#")) {
            self.fragment = String(Substring(rest[rest.index(after: hash)...]))
            rest = rest[..<hash]
        }
        if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
            self.query = String(Substring(rest[rest.index(after: mark)...]))
            rest = rest[..<mark]
        }
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")), Self.isScheme(rest[..<colon]) {
            self.scheme = Substring(rest[..<colon]).lowercased()
            rest = rest[rest.index(after: colon)...]
        }
        if rest.starts(with: "//".utf8) {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            self.authority = String(Substring(rest[..<end]))
            rest = rest[end...]
        }
        self.path = String(Substring(rest))
    }

    private static func isScheme(_ text: Substring.UTF8View) -> Bool {
        guard let first = text.first, first.isASCIILetter else { return false }
        return text.allSatisfy {
            $0.isASCIILetter || $0.isASCIIDigit || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E
        }
    }
}

/// User information, host and port (RFC 3986, section 3.2).
struct Authority {
    /// User information, still percent-encoded.
    var userInfo: String?
    /// The host, IPv6 with its brackets.
    var host: String
    /// The port, if there is one.
    var port: Int?

    init(_ text: String) throws(URIError) {
        // By bytes, as a reference is split.
        var rest = text.utf8[...]
        // Browsers take a backslash for a slash: then the host would not be the one after the "@".
        guard !rest.contains(UInt8(ascii: "\\")) else { throw .invalidHost(text) }
        // The last "@" ends user information: an "@" in a password must not move the host.
        if let at = rest.lastIndex(of: UInt8(ascii: "@")) {
            self.userInfo = String(Substring(rest[..<at]))
            rest = rest[rest.index(after: at)...]
        }
        let hostEnd: String.Index
        if rest.first == UInt8(ascii: "[") {
            guard let bracket = rest.firstIndex(of: UInt8(ascii: "]")) else {
                throw .invalidHost(String(Substring(rest)))
            }
            hostEnd = rest.index(after: bracket)
        } else {
            hostEnd = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
        }
        let host = String(Substring(rest[..<hostEnd]))
        guard !host.isEmpty else { throw .missingHost }
        guard Self.isHost(host) else { throw .invalidHost(host) }
        self.host = host
        var digits = rest[hostEnd...]
        guard let colon = digits.popFirst() else { return }
        guard colon == UInt8(ascii: ":") else { throw .invalidHost(String(Substring(rest))) }
        if digits.isEmpty { return }
        guard digits.allSatisfy(\.isASCIIDigit), let port = Int(Substring(digits)),
            (1...65535).contains(port)
        else { throw .invalidPort(String(Substring(digits))) }
        self.port = port
    }

    /// Whether this is an IPv6 address in brackets, perhaps with a zone, or could be a name.
    private static func isHost(_ text: String) -> Bool {
        guard text.utf8.first == UInt8(ascii: "[") else {
            return text.utf8.allSatisfy(Self.isNameByte)
                && text.utf8.first != UInt8(ascii: ".") && text != "*"
        }
        let literal = text.dropFirst().dropLast()
        guard let percent = literal.firstIndex(of: "%") else {
            return String(literal).isIPv6Address
        }
        // A zone follows an encoded percent sign (RFC 6874, section 2).
        let zone = literal[percent...]
        return String(literal[..<percent]).isIPv6Address && zone.hasPrefix("%25")
            && zone.count > 3 && zone.dropFirst(3).utf8.allSatisfy(Self.isNameByte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "#"),
            UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "^"),
            UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"),
            UInt8(ascii: "@"), UInt8(ascii: " "), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: ":"):
            false
        default: byte > 0x20 && byte < 0x7F
        }
    }
}

extension UInt8 {
    /// Whether this is `A` to `Z` or `a` to `z`.
    package var isASCIILetter: Bool { (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }

    /// Whether this is `0` to `9`.
    package var isASCIIDigit: Bool { (0x30...0x39).contains(self) }
}

extension String {
    /// The string with blanks, controls and bytes outside ASCII percent-encoded.
    package var percentEncodingUnsafe: String {
        self.percentEncoding { byte in byte > 0x20 && byte < 0x7F }
    }

    /// The string with all but RFC 3986's unreserved characters percent-encoded.
    package var percentEncodingAll: String {
        self.percentEncoding { byte in
            byte.isASCIILetter || byte.isASCIIDigit || byte == 0x2D || byte == 0x2E
                || byte == 0x5F || byte == 0x7E
        }
    }

    /// The string with every byte percent-encoded that `isKept` does not keep.
    package func percentEncoding(except isKept: (UInt8) -> Bool) -> String {
        guard !self.utf8.allSatisfy(isKept) else { return self }
        var bytes: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in self.utf8 {
            if isKept(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The string with percent-encoded bytes decoded; bytes that are not UTF-8 are repaired.
    package var percentDecoded: String {
        guard self.utf8.contains(UInt8(ascii: "%")) else { return self }
        var bytes: [UInt8] = []
        var rest = self.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = rest.prefix(2).hexByte {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The path with `.` and `..` segments removed (RFC 3986, section 5.2.4).
    package var removingDotSegments: String {
        guard self.utf8.contains(UInt8(ascii: ".")) else { return self }
        var output: [Substring] = []
        let isAbsolute = self.hasPrefix("/")
        let segments = self.split(separator: "/", omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".":
                if isLast { output.append("") }
            case "..":
                if output.count > (isAbsolute ? 1 : 0) { output.removeLast() }
                if isLast { output.append("") }
            default: output.append(segment)
            }
        }
        let joined = output.joined(separator: "/")
        return isAbsolute && !joined.hasPrefix("/") ? "/" + joined : joined
    }
}

extension Substring.UTF8View {
    /// The byte that two hexadecimal digits spell.
    fileprivate var hexByte: UInt8? {
        guard self.count == 2 else { return nil }
        var value: UInt8 = 0
        for digit in self {
            switch digit {
            case 0x30...0x39: value = value << 4 | (digit - 0x30)
            case 0x41...0x46: value = value << 4 | (digit - 0x41 + 10)
            case 0x61...0x66: value = value << 4 | (digit - 0x61 + 10)
            default: return nil
            }
        }
        return value
    }
}
