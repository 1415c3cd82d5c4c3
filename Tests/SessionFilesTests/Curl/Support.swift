import HTTPModel
@testable import SessionFiles

extension CurlImport {
    /// The only request of a text, in a machine with these files and variables.
    static func only(
        _ text: String,
        files: [String: String] = [:],
        environment: [String: String] = [:]
    ) throws(CurlProblem) -> CurlRequest {
        let surroundings = CurlSurroundings(
            environment: { environment[$0] },
            readFile: { files[$0].map { Array($0.utf8) } },
            fileExists: { files[$0] != nil }
        )
        let imported = try CurlImport(text, surroundings: surroundings)
        precondition(imported.requests.count == 1, "\(imported.requests.count) requests")
        return imported.requests[0]
    }
}

extension CurlRequest {
    /// The request in a few lines: method and target, fields, content.
    var summary: String {
        var lines = ["\(self.method) \(self.url)"]
        lines += self.fields.map { field in
            switch field {
            case .set(let line): "\(line.name): \(line.value)"
            case .removed(let name): "\(name) removed"
            }
        }
        switch self.credentials {
        case nil: break
        case .basic(let user, let password): lines.append("basic \(user):\(password ?? "?")")
        case .digest(let user, let password): lines.append("digest \(user):\(password ?? "?")")
        case .bearer(let token): lines.append("bearer \(token)")
        }
        switch self.body {
        case .none: break
        case .bytes(let bytes), .form(let bytes, _):
            lines.append("= \(String(decoding: bytes, as: UTF8.self))")
        case .file(let path): lines.append("< \(path)")
        case .standardInput: lines.append("< -")
        case .multipart(let parts):
            lines += parts.map { part in
                let type = part.type.map { ";type=\($0)" } ?? ""
                return switch part.content {
                case .text(let text): "\(part.name)=\(text)\(type)"
                case .file(let path): "\(part.name)@\(path)\(type)"
                }
            }
        }
        return lines.joined(separator: "\n")
    }
}
