import HTTPModel

extension RecordedRequest {
    /// What boundaries of ours begin with; others were chosen by whoever typed them.
    package static let boundaryPrefix = "linger-"

    /// The request with the boundary of its form made from the content: the one that was sent was a
    /// matter of chance, and a session that is recorded again must give the same file (FILES.md
    /// 9.3, rule 3).
    var withStableBoundary: RecordedRequest {
        guard let index = self.fields.lastIndex(where: { $0.name.lowercased() == "content-type" }),
            let old = Self.ownBoundary(in: self.fields[index].value)
        else { return self }
        var request = self
        switch self.body {
        case .none, .file: return self
        case .template(let text):
            guard let (bytes, new) = Self.replacing(old, in: Array(text.utf8)) else { return self }
            request.body = .template(String(decoding: bytes, as: UTF8.self))
            request.fields[index].value = self.fields[index].value.replacing(old, with: new)
        case .bytes(let content):
            guard let (bytes, new) = Self.replacing(old, in: content) else { return self }
            request.body = .bytes(bytes)
            request.fields[index].value = self.fields[index].value.replacing(old, with: new)
        }
        return request
    }

    /// The boundary that `multipart/form-data; boundary=linger-…` names.
    private static func ownBoundary(in mediaType: String) -> String? {
        let mark = "multipart/form-data; boundary=\(self.boundaryPrefix)"
        guard mediaType.hasPrefix(mark) else { return nil }
        let digits = mediaType.dropFirst(mark.count)
        guard !digits.isEmpty, digits.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
        return self.boundaryPrefix + digits
    }

    /// The content with another boundary, made from all but the old one; nil if it stands there
    /// already.
    private static func replacing(_ old: String, in content: [UInt8]) -> ([UInt8], String)? {
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        let pieces = content.split(separatedBy: Array(old.utf8))
        for byte in pieces.joined() {
            // FNV-1a: it need not withstand anybody.
            digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        let new = "\(self.boundaryPrefix)\(digest)"
        let mark = Array(new.utf8)
        guard new != old, pieces.allSatisfy({ $0.firstRange(of: mark) == nil }) else { return nil }
        return (Array(pieces.joined(separator: mark)), new)
    }
}

extension [UInt8] {
    fileprivate func split(separatedBy separator: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            pieces.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return pieces + [rest]
    }
}
