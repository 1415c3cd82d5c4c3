extension WrittenRequest {
    /// A piece of the content; pieces follow one another with nothing between.
    package enum ContentPart: Sendable, Hashable {
        /// Text in which `{{…}}` is to be resolved.
        case template(String)
        /// Bytes that are sent as they are.
        case bytes([UInt8])
        /// A file; whether `{{…}}` in it is resolved is the reference's.
        case file(FileReference)
    }

    /// The content as it is sent, but for what `{{…}}` stands for.
    ///
    /// The line ends of the file become what the media type needs: CRLF in a multipart body (RFC
    /// 2046, section 5.1.1), nothing before a `&` line of a form (FILES.md 2.4, row 19).
    package var contentParts: [ContentPart] {
        switch self.body {
        case .none: []
        case .text(let text): [.template(self.sentText(text))]
        case .content(let bytes, hasReferences: false): [.bytes(bytes)]
        case .content(let bytes, hasReferences: true):
            [.template(String(decoding: bytes, as: UTF8.self))]
        case .file(let reference): [.file(reference)]
        case .parts(let parts): self.sentParts(parts)
        }
    }

    private var isMultipart: Bool { self.mediaType.hasPrefix("multipart/") }
    private var isForm: Bool { self.mediaType == "application/x-www-form-urlencoded" }

    private func sentText(_ text: String) -> String {
        if self.isMultipart { return text.replacingLineEnds }
        return self.isForm ? text.joiningFormLines : text
    }

    private func sentParts(_ parts: [SessionBody.Part]) -> [ContentPart] {
        let lineEnd = self.isMultipart ? "\r\n" : "\n"
        var result: [ContentPart] = []
        var text = ""
        for (index, part) in parts.enumerated() {
            if index > 0 { text += lineEnd }
            switch part {
            case .text(let lines): text += self.sentText(lines)
            case .file(let reference):
                if !text.isEmpty { result.append(.template(text)) }
                text = ""
                result.append(.file(reference))
            }
        }
        if !text.isEmpty { result.append(.template(text)) }
        return result
    }
}

extension String {
    fileprivate var replacingLineEnds: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(self.utf8.count + 64)
        for byte in self.utf8 {
            if byte == 0x0A { bytes.append(0x0D) }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    fileprivate var joiningFormLines: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(self.utf8.count)
        for byte in self.utf8 {
            if byte == UInt8(ascii: "&"), bytes.last == 0x0A { bytes.removeLast() }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
