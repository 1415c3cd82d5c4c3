/// What fields are made of (RFC 9110, section 5.6).
extension UInt8 {
    /// Whether this may stand in a token (RFC 9110, section 5.6.2).
    package var isTokenByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x5E...0x7A, 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E,
            0x7C, 0x7E:
            true
        default: false
        }
    }
}

extension StringProtocol {
    /// The text without spaces and tabs at its ends (OWS; RFC 9110, section 5.6.3).
    package var trimmingBlanks: String {
        var bytes = Substring(self).utf8
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        return String(Substring(bytes))
    }
}
