extension String {
    /// The string with A to Z in lower case, and everything else as it is.
    ///
    /// Unicode's mapping would turn U+212A KELVIN SIGN into `k`, and a name into another.
    var lowercasingASCII: String {
        guard self.utf8.contains(where: { (0x41...0x5A).contains($0) }) else { return self }
        let bytes = self.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether the string starts with `prefix`, which is in lower case; A to Z count as a to z.
    func hasPrefixIgnoringCase(_ prefix: StaticString) -> Bool {
        let start = self.utf8.prefix(prefix.utf8CodeUnitCount)
        return prefix.withUTF8Buffer { wanted in
            start.elementsEqual(wanted) { (0x41...0x5A).contains($0) ? $0 | 0x20 == $1 : $0 == $1 }
        }
    }
}
