import HTTPModel
import SessionFiles
import ShellLanguage

extension RequestLine {
    /// The request line that sends what curl would send (LANGUAGE.md, section 8).
    ///
    /// What linger would send beyond that is taken back in the line itself: `Accept-Encoding:`.
    init(_ curl: CurlRequest) throws(CurlProblem) {
        var items = curl.fields.map { RequestItem(content: $0.item) }
        var options: [RequestOption] = []
        switch curl.body {
        case .none: break
        case .bytes(let bytes), .form(let bytes, _):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw CurlProblem(.notText(option: "the content"), 0..<0)
            }
            options.append(RequestOption(content: .raw(Template(literal: text))))
        case .file(let path):
            items.append(RequestItem(content: .bodyFromFile(path: Template(literal: path))))
        case .standardInput: items.append(RequestItem(content: .bodyFromStandardInput))
        case .multipart(let parts):
            items += parts.map { RequestItem(content: $0.item) }
            options.append(RequestOption(content: .multipart))
        }
        for name in curl.absentDefaults {
            items.append(RequestItem(content: .removedField(name: Template(literal: name))))
        }
        options += curl.options.map { RequestOption(content: $0) }
        self.init(
            method: curl.method,
            target: Target(Template(literal: curl.url.description)),
            items: items,
            options: options,
            httpVersion: curl.wantsHTTP2 ? .http2 : nil
        )
    }
}

extension CurlRequest {
    fileprivate var options: [RequestOption.Content] {
        var options: [RequestOption.Content] = []
        switch self.credentials {
        case nil: break
        case .basic(let user, let password):
            options.append(.auth(TypedCredentials(user, password)))
        case .digest(let user, let password):
            options.append(.digest(TypedCredentials(user, password)))
        case .bearer(let token): options.append(.bearer(Template(literal: token)))
        }
        options.append(self.followsRedirects ? .follow : .noFollow)
        if let timeout = self.timeout { options.append(.timeout(timeout)) }
        if let path = self.outputFile { options.append(.output(Template(literal: path))) }
        return options
    }
}

extension TypedCredentials {
    fileprivate init(_ user: String, _ password: String?) {
        self.init(
            user: Template(literal: user),
            password: password.map { Template(literal: $0) }
        )
    }
}

extension CurlRequest.Field {
    fileprivate var item: RequestItem.Content {
        switch self {
        case .removed(let name): .removedField(name: Template(literal: name))
        case .set(let line):
            line.value.isEmpty
                ? .emptyField(name: Template(literal: line.name))
                : .field(name: Template(literal: line.name), value: Template(literal: line.value))
        }
    }
}

extension CurlRequest.Part {
    fileprivate var item: RequestItem.Content {
        let name = Template(literal: self.name)
        switch self.content {
        case .text(let text): return .string(DataKey(root: name), value: Template(literal: text))
        case .file(let path):
            let type = self.type.map { Template(literal: $0) }
            return .upload(name: name, path: Template(literal: path), type: type)
        }
    }
}
