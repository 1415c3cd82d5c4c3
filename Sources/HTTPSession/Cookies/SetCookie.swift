import HTTPModel

/// The value of a `Set-Cookie` field, parsed.
///
/// See 6265bis, "The Set-Cookie Header Field", and SESSION.md, C2 to C12. Whether the sender may
/// set such a cookie is not decided here.
struct SetCookie: Hashable {
    /// The name, which may be empty.
    var name = ""
    /// The value.
    var value = ""
    /// When it expires, in seconds since 1970, whichever attribute says so; nil for a session
    /// cookie.
    var expiry: Int64?
    /// The `Domain` in lower case without one leading dot; nil if absent or empty.
    var domain: String?
    /// The `Path`; nil if it is absent or does not start with `/`.
    var path: String?
    /// Whether it has `Secure`.
    var isSecure = false
    /// Whether it has `HttpOnly`.
    var isHTTPOnly = false
    /// Its `SameSite`.
    var sameSite = Cookie.SameSite.default
    /// Attributes that we do not know.
    var otherAttributes: [FieldLine] = []

    /// The longest name and value together, in octets.
    static let pairLimit = 4096
    /// The longest attribute value, in octets; a longer one is ignored with its attribute.
    static let attributeLimit = 1024
    /// The longest field, in octets (SESSION.md, R6).
    static let fieldLimit = 5000
    /// The most fields of one response that are read (SESSION.md, R6).
    static let responseLimit = 50
    /// The longest life of a cookie, in seconds: 400 days.
    static let longestLife: Int64 = 34_560_000
    /// How many unknown attributes are kept.
    private static let otherAttributeLimit = 16

    /// Parses the value of one field, which is never several joined by commas.
    init(_ text: String, now: Int64) throws(CookieRefusal) {
        let bytes = Array(text.utf8)
        guard !bytes.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) else {
            throw .controlCharacter
        }
        guard bytes.count <= Self.fieldLimit else {
            throw .fieldTooLong(octets: bytes.count, limit: Self.fieldLimit)
        }
        var pieces = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)[
            ...
        ]
        let pair = pieces.popFirst() ?? []
        if let equals = pair.firstIndex(of: UInt8(ascii: "=")) {
            self.name = pair[..<equals].trimmedText
            self.value = pair[(equals + 1)...].trimmedText
        } else {
            self.value = pair.trimmedText
        }
        let octets = self.name.utf8.count + self.value.utf8.count
        guard octets > 0 else { throw .empty }
        guard octets <= Self.pairLimit else {
            throw .tooLong(octets: octets, limit: Self.pairLimit)
        }
        try self.readAttributes(pieces, now: now)
    }

    private mutating func readAttributes(
        _ pieces: ArraySlice<ArraySlice<UInt8>>,
        now: Int64
    ) throws(CookieRefusal) {
        var expires: Int64?
        var maxAge: Int64?
        for piece in pieces {
            let equals = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
            let name = piece[..<equals].trimmedText
            let value = piece[equals...].dropFirst().trimmingBlanks
            guard value.count <= Self.attributeLimit else { continue }
            let text = String(decoding: value, as: UTF8.self)
            // The last valid attribute of a name wins.
            switch name.lowercasingASCII {
            case "expires": expires = CookieDate.parse(value) ?? expires
            case "max-age": maxAge = Self.age(value) ?? maxAge
            case "domain": self.domain = Self.domain(text)
            case "path": self.path = text.hasPrefix("/") ? text : nil
            case "secure": self.isSecure = true
            case "httponly": self.isHTTPOnly = true
            case "samesite": self.sameSite = Self.sameSite(text)
            case "": break
            default:
                if self.otherAttributes.count < Self.otherAttributeLimit {
                    self.otherAttributes.append(FieldLine(name, text))
                }
            }
        }
        if let domain, !domain.utf8.allSatisfy({ $0 < 0x80 }) { throw .domainNotASCII(domain) }
        // Max-Age beats Expires in whatever order they come; neither lasts longer than 400 days.
        let latest = now + Self.longestLife
        if let maxAge {
            self.expiry = maxAge <= 0 ? .min : min(now.addingSaturating(maxAge), latest)
        } else if let expires {
            self.expiry = min(expires, latest)
        }
    }

    /// A number of seconds; nil if the attribute is to be ignored, as with `+5` and `2.63`.
    private static func age(_ value: ArraySlice<UInt8>) -> Int64? {
        let isNegative = value.first == UInt8(ascii: "-")
        let digits = isNegative ? value.dropFirst() : value
        guard digits.allSatisfy(\.isDigit) else { return nil }
        // What is not positive deletes; a lone "-" has no digit, and says nothing.
        guard let first = digits.first else { return nil }
        guard !isNegative, digits.count > 1 || first != 0x30 else { return 0 }
        return digits.reduce(0) { sum, digit in
            sum.multipliedSaturating(by: 10).addingSaturating(Int64(digit - 0x30))
        }
    }

    private static func domain(_ text: String) -> String? {
        let name = text.hasPrefix(".") ? String(text.dropFirst()) : text
        return name.isEmpty ? nil : name.lowercasingASCII
    }

    private static func sameSite(_ text: String) -> Cookie.SameSite {
        switch text.lowercasingASCII {
        case "none": .none
        case "lax": .lax
        case "strict": .strict
        default: .default
        }
    }
}

extension ArraySlice<UInt8> {
    /// The bytes without spaces and tabs at their ends.
    fileprivate var trimmingBlanks: Self {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        guard let first = self.firstIndex(where: { !isBlank($0) }),
            let last = self.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return self[first...last]
    }

    /// The bytes without blanks at their ends, as text.
    fileprivate var trimmedText: String { String(decoding: self.trimmingBlanks, as: UTF8.self) }
}

extension Int64 {
    /// The sum, or the nearest number that there is.
    func addingSaturating(_ other: Self) -> Self {
        let (sum, overflow) = self.addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The product of numbers that are not negative, or the greatest number that there is.
    fileprivate func multipliedSaturating(by other: Self) -> Self {
        let (product, overflow) = self.multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
