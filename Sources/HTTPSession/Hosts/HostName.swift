private import CIDN2
package import HTTPModel

/// Internationalised host names: what people write, and what DNS and servers know.
///
/// The A-label form (`xn--bcher-kva.example`) is the canonical one: origins, cookies, credentials
/// and connections are compared by it, and it is what is shown where it matters who a host is.
package enum HostName {
    /// The canonical form of a host: lower case, labels outside ASCII as A-labels (IDNA 2008 with
    /// UTS 46, non-transitional), percent-encoding undone (RFC 3986, section 3.2.2).
    ///
    /// - Throws: `URIError.invalidHost` if it can be no host name.
    package static func canonical(_ host: String) throws(URIError) -> String {
        // An IPv6 address, perhaps with a zone.
        guard !host.utf8.contains(UInt8(ascii: ":")) else { return host }
        let decoded = host.utf8.contains(UInt8(ascii: "%")) ? host.percentDecoded : host
        if decoded == host, host.utf8.allSatisfy({ $0 < 0x80 }) {
            return host.lowercasingASCII
        }
        // Bytes that were no UTF-8 have been repaired; what was meant is not known.
        // A NUL would end the name early for C, and make it another one.
        guard !decoded.unicodeScalars.contains(where: { $0 == "\u{FFFD}" || $0.value < 0x20 }),
            let name = Self.aLabels(of: decoded), Self.isPlausible(name)
        else { throw .invalidHost(decoded) }
        return name
    }

    /// What people write for a host in canonical form; nil if that is the host itself.
    package static func display(_ host: String) -> String? {
        guard host.contains("xn--") else { return nil }
        var output: UnsafeMutablePointer<CChar>?
        guard idn2_to_unicode_8z8z(host, &output, 0) == IDN2_OK.rawValue, let output else {
            return nil
        }
        defer { idn2_free(output) }
        let name = String(cString: output)
        return name == host ? nil : name
    }

    private static func aLabels(of host: String) -> String? {
        // Flags as of UTS 46 processing that keeps ß and ς, in normalisation form C.
        let flags = Int32(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
        var output: UnsafeMutablePointer<UInt8>?
        guard idn2_lookup_u8(host, &output, flags) == IDN2_OK.rawValue, let output else {
            return nil
        }
        defer { idn2_free(output) }
        return String(cString: output).lowercasingASCII
    }

    /// Whether a decoded name is still one: decoding must not make a port or a path of it.
    private static func isPlausible(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            }
    }
}

extension URI {
    /// The URI with its host in canonical form.
    ///
    /// - Throws: `URIError.invalidHost`.
    package func canonicalizingHost() throws(URIError) -> URI {
        let host = try HostName.canonical(self.origin.host)
        guard host != self.origin.host else { return self }
        var result = self
        result.origin.host = host
        return result
    }
}
