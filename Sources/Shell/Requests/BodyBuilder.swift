import HTTPModel
import HTTPSession
import ShellLanguage

/// Builds the content of a request from its items and options (LANGUAGE.md, section 5).
struct BodyBuilder {
    /// The content and what it is.
    struct Content {
        var body = RequestBody.none
        var type: String?
    }

    /// How data items are written.
    enum Format {
        case json
        case form
        case multipart
    }

    /// A data item with everything substituted.
    enum Datum {
        /// `k=v`.
        case string(key: String, steps: [DataTree.Step], value: String, SourceSpan)
        /// `k:=v`.
        case json(key: String, steps: [DataTree.Step], value: JSONValue, SourceSpan)
        /// `k@file`.
        case upload(name: String, path: String, type: String?, size: Int)
    }

    /// Writes data items; nothing for no items.
    static func content(
        of data: [Datum],
        as format: Format,
        boundary: () -> String
    ) throws(ShellProblem) -> Content {
        guard !data.isEmpty else { return Content() }
        switch format {
        case .json: return try Self.json(data)
        case .form: return Self.form(data)
        case .multipart: return Self.multipart(data, boundary: boundary())
        }
    }

    private static func json(_ data: [Datum]) throws(ShellProblem) -> Content {
        var tree = DataTree()
        for datum in data {
            switch datum {
            case .string(let key, let steps, let value, let span):
                try Self.insert(.string(value), at: steps, key: key, into: &tree, span)
            case .json(let key, let steps, let value, let span):
                try Self.insert(value, at: steps, key: key, into: &tree, span)
            case .upload: preconditionFailure("an upload makes the request multipart")
            }
        }
        guard let value = tree.value else { return Content() }
        var bytes: [UInt8] = []
        value.append(to: &bytes)
        return Content(body: .bytes(bytes), type: "application/json")
    }

    private static func insert(
        _ value: JSONValue,
        at steps: [DataTree.Step],
        key: String,
        into tree: inout DataTree,
        _ span: SourceSpan
    ) throws(ShellProblem) {
        do {
            try tree.insert(value, at: steps, key: key)
        } catch {
            throw .dataPath(key: error.key, error.problem, span)
        }
    }

    private static func form(_ data: [Datum]) -> Content {
        let pairs = data.map { datum in
            let (key, value) = Self.pair(datum)
            return "\(key.formEncoded)=\(value.formEncoded)"
        }
        return Content(
            body: .bytes(Array(pairs.joined(separator: "&").utf8)),
            type: "application/x-www-form-urlencoded; charset=utf-8"
        )
    }

    private static func pair(_ datum: Datum) -> (key: String, value: String) {
        switch datum {
        case .string(let key, _, let value, _): (key, value)
        case .json(let key, _, let value, _): (key, value.text)
        case .upload(let name, let path, _, _): (name, path)
        }
    }

    /// multipart/form-data (RFC 7578); files are streamed.
    private static func multipart(_ data: [Datum], boundary: String) -> Content {
        var parts: [RequestBody.Part] = []
        for datum in data {
            var head = "--\(boundary)\r\nContent-Disposition: form-data; name=\""
            switch datum {
            case .string, .json:
                let (key, value) = Self.pair(datum)
                head += "\(key.quotedParameter)\"\r\n\r\n"
                parts.append(.bytes(Array("\(head)\(value)\r\n".utf8)))
            case .upload(let name, let path, let type, let size):
                let fileName = Files.name(of: path)
                head += "\(name.quotedParameter)\"; filename=\"\(fileName.quotedParameter)\"\r\n"
                head += "Content-Type: \(type ?? MediaTypes.type(ofFile: path))\r\n\r\n"
                parts.append(.bytes(Array(head.utf8)))
                parts.append(.file(path: path, size: size))
                parts.append(.bytes(Array("\r\n".utf8)))
            }
        }
        parts.append(.bytes(Array("--\(boundary)--\r\n".utf8)))
        return Content(
            body: .parts(parts),
            type: "multipart/form-data; boundary=\(boundary)"
        )
    }
}

extension String {
    /// As the URL standard writes form data: blanks as `+`, all but a few bytes encoded.
    fileprivate var formEncoded: String {
        self.percentEncoding { byte in
            byte.isASCIILetter || byte.isASCIIDigit || byte == 0x20 || byte == 0x2A
                || byte == 0x2D || byte == 0x2E || byte == 0x5F
        }.replacing(" ", with: "+")
    }

    /// As a quoted parameter of multipart/form-data: browsers encode these three.
    fileprivate var quotedParameter: String {
        self.percentEncoding { $0 != 0x22 && $0 != 0x0D && $0 != 0x0A }
    }
}
