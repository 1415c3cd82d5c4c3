import HTTPModel

extension CurlRequestMaker {
    /// The content that data and form options make.
    func body() throws(CurlProblem) -> CurlRequest.Body {
        let parts = try self.parts()
        if !parts.isEmpty { return try self.form(parts) }
        let data = self.data
        guard let only = data.first else { return .none }
        if data.count == 1, let whole = try self.wholeFile(only) { return whole }
        return .bytes(try self.dataBytes())
    }

    /// The content of `-T`.
    func content(of upload: CurlArguments.Given) throws(CurlProblem) -> CurlRequest.Body {
        let path = try upload.text()
        guard path == "-" || path == "." else { return try self.file(path, upload) }
        return try self.standardInput(upload)
    }

    private var data: [(given: CurlArguments.Given, kind: CurlOption.DataKind)] {
        self.arguments.given.compactMap { given in
            guard case .data(let kind) = given.part else { return nil }
            return (given, kind)
        }
    }

    /// A single `@FILE` that is sent as it is needs not be read.
    private func wholeFile(
        _ item: (given: CurlArguments.Given, kind: CurlOption.DataKind)
    ) throws(CurlProblem) -> CurlRequest.Body? {
        guard item.kind == .binary || item.kind == .json,
            item.given.value.bytes.first == UInt8(ascii: "@")
        else { return nil }
        let path = String(try item.given.text().dropFirst())
        return path == "-" ? try self.standardInput(item.given) : try self.file(path, item.given)
    }

    private func standardInput(
        _ given: CurlArguments.Given
    ) throws(CurlProblem) -> CurlRequest.Body {
        switch self.command.input {
        case .inherited: return .standardInput
        case .bytes(let bytes): return .bytes(bytes)
        case .file(let word):
            guard let path = word.text else {
                throw CurlProblem(.notText(option: "<"), word.range)
            }
            return try self.file(path, given)
        }
    }

    private func file(
        _ path: String,
        _ given: CurlArguments.Given
    ) throws(CurlProblem) -> CurlRequest.Body {
        guard self.surroundings.fileExists(path) else {
            throw CurlProblem(.unreadable(path: path, detail: ""), given.value.range)
        }
        return .file(path: path)
    }

    // MARK: Data

    /// All data joined: with `&`, but for pieces of `--json`.
    func dataBytes() throws(CurlProblem) -> [UInt8] {
        var result: [UInt8] = []
        for (index, item) in self.data.enumerated() {
            if index > 0, item.kind != .json { result.append(UInt8(ascii: "&")) }
            result += try self.bytes(of: item.given, item.kind)
        }
        return result
    }

    private func bytes(
        of given: CurlArguments.Given,
        _ kind: CurlOption.DataKind
    ) throws(CurlProblem) -> [UInt8] {
        let isFile = given.value.bytes.first == UInt8(ascii: "@")
        switch kind {
        case .raw: return given.value.bytes
        case .encoded: return try self.encoded(given)
        case .binary, .json:
            return isFile ? try self.content(ofFileIn: given) : given.value.bytes
        case .ascii:
            guard isFile else { return given.value.bytes }
            return try self.content(ofFileIn: given).filter { $0 != 0x0A && $0 != 0x0D && $0 != 0 }
        }
    }

    /// The content of the file that an option names behind its `@`.
    private func content(ofFileIn given: CurlArguments.Given) throws(CurlProblem) -> [UInt8] {
        try self.content(ofFile: String(try given.text().dropFirst()), given)
    }

    private func content(
        ofFile name: String,
        _ given: CurlArguments.Given
    ) throws(CurlProblem) -> [UInt8] {
        var path = name
        if name == "-" {
            switch self.command.input {
            case .inherited:
                throw CurlProblem(.standardInput(option: given.spelling), given.value.range)
            case .bytes(let bytes): return bytes
            case .file(let word): path = word.text ?? ""
            }
        }
        guard let bytes = self.surroundings.readFile(path) else {
            throw CurlProblem(.unreadable(path: path, detail: ""), given.value.range)
        }
        return bytes
    }

    /// `content`, `=content`, `name=content`, `@file`, `name@file`.
    func encoded(_ given: CurlArguments.Given) throws(CurlProblem) -> [UInt8] {
        let bytes = given.value.bytes
        let separator =
            bytes.firstIndex(of: UInt8(ascii: "="))
            ?? bytes.firstIndex(of: UInt8(ascii: "@"))
        guard let separator else { return bytes.formEncoded }
        let name = Array(bytes[..<separator])
        let rest = Array(bytes[(separator + 1)...])
        let content: [UInt8]
        if bytes[separator] == UInt8(ascii: "@") {
            content = try self.content(ofFile: String(decoding: rest, as: UTF8.self), given)
        } else {
            content = rest
        }
        return name + (name.isEmpty ? [] : [UInt8(ascii: "=")]) + content.formEncoded
    }

    // MARK: Forms

    /// A form; where text has a media type, or a file another name, which no item of a line says,
    /// it is written out.
    private func form(_ parts: [CurlRequest.Part]) throws(CurlProblem) -> CurlRequest.Body {
        let isPlain = parts.allSatisfy { part in
            guard part.fileName == nil else { return false }
            return if case .text = part.content { part.type == nil } else { true }
        }
        guard !isPlain else { return .multipart(parts) }
        let boundary = "linger-form-of-\(parts.count)"
        var bytes: [UInt8] = []
        for part in parts {
            var head =
                "--\(boundary)\r\nContent-Disposition: form-data; "
                + "name=\"\(part.name.quotedParameter)\""
            let content: [UInt8]
            var fileName = part.fileName
            switch part.content {
            case .text(let text): content = Array(text.utf8)
            case .file(let path):
                guard let read = self.surroundings.readFile(path) else {
                    throw CurlProblem(.unreadable(path: path, detail: ""), self.place)
                }
                content = read
                let name = path.split(separator: "/").last.map(String.init) ?? path
                fileName = fileName ?? name
            }
            head += fileName.map { "; filename=\"\($0.quotedParameter)\"" } ?? ""
            guard content.firstRange(of: Array("--\(boundary)".utf8)) == nil else {
                throw CurlProblem(.notText(option: "-F"), self.place)
            }
            head += part.type.map { "\r\nContent-Type: \($0)" } ?? ""
            bytes += Array("\(head)\r\n\r\n".utf8) + content + [0x0D, 0x0A]
        }
        return .form(bytes + Array("--\(boundary)--\r\n".utf8), boundary: boundary)
    }

    private func parts() throws(CurlProblem) -> [CurlRequest.Part] {
        var parts: [CurlRequest.Part] = []
        for given in self.arguments.given where given.part == .form || given.part == .formString {
            let text = try given.text()
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw CurlProblem(
                    .invalidValue(option: given.spelling, expected: "name=content"),
                    given.value.range
                )
            }
            let name = String(text[..<equals])
            let content = text[text.index(after: equals)...]
            if given.part == .formString {
                parts.append(.init(name: name, content: .text(String(content))))
            } else {
                parts += try self.parts(name, content, given)
            }
        }
        return parts
    }

    private func parts(
        _ name: String,
        _ text: Substring,
        _ given: CurlArguments.Given
    ) throws(CurlProblem) -> [CurlRequest.Part] {
        let isUpload = text.hasPrefix("@")
        let isInsert = text.hasPrefix("<")
        var scanner = FormValue(isUpload || isInsert ? text.dropFirst() : text)
        let content = scanner.content(endsAtComma: isUpload)
        let attributes = scanner.attributes()
        guard attributes.isUnderstood, !scanner.hasMore else {
            throw CurlProblem(
                .invalidValue(
                    option: given.spelling,
                    expected: "name=content, name=@file, each with ;type= and ;filename= at most"
                ),
                given.value.range
            )
        }
        var part = try self.part(name, content, isUpload, isInsert, attributes.type, given)
        part.fileName = attributes.fileName
        // As curl does: the name that the server sees says what it is, if it says anything.
        if attributes.type == nil, let name = attributes.fileName,
            let type = Self.knownMediaType(ofFile: name)
        {
            part.type = type
        }
        return [part]
    }

    private func part(
        _ name: String,
        _ content: String,
        _ isUpload: Bool,
        _ isInsert: Bool,
        _ type: String?,
        _ given: CurlArguments.Given
    ) throws(CurlProblem) -> CurlRequest.Part {
        guard isUpload else {
            var text = content
            if isInsert {
                let bytes = try self.content(ofFile: content, given)
                guard let read = String(validating: bytes, as: UTF8.self) else {
                    throw CurlProblem(.notText(option: given.spelling), given.value.range)
                }
                text = read
            }
            return CurlRequest.Part(name: name, content: .text(text), type: type)
        }
        guard content != "-" else {
            throw CurlProblem(.standardInput(option: given.spelling), given.value.range)
        }
        guard self.surroundings.fileExists(content) else {
            throw CurlProblem(.unreadable(path: content, detail: ""), given.value.range)
        }
        return CurlRequest.Part(
            name: name,
            content: .file(path: content),
            type: type ?? Self.mediaType(ofFile: content)
        )
    }

    /// What curl says that a file is, by the ending of its name.
    private static func mediaType(ofFile name: String) -> String {
        self.knownMediaType(ofFile: name) ?? "application/octet-stream"
    }

    private static func knownMediaType(ofFile name: String) -> String? {
        let endings = [
            "gif": "image/gif", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png",
            "svg": "image/svg+xml", "txt": "text/plain", "htm": "text/html", "html": "text/html",
            "pdf": "application/pdf", "xml": "application/xml",
        ]
        let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return endings[ending]
    }
}

extension String {
    /// As a quoted parameter of multipart/form-data: browsers encode these three.
    fileprivate var quotedParameter: String {
        self.percentEncoding { $0 != 0x22 && $0 != 0x0D && $0 != 0x0A }
    }
}

extension [UInt8] {
    /// As curl encodes data: all but unreserved characters, blanks as `+`.
    fileprivate var formEncoded: [UInt8] {
        var result: [UInt8] = []
        for byte in self {
            if byte == 0x20 {
                result.append(UInt8(ascii: "+"))
            } else if byte.isASCIILetter || byte.isASCIIDigit || "-._~".utf8.contains(byte) {
                result.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return result
    }
}
