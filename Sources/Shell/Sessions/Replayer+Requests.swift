import HTTPModel
import HTTPSession
import HTTPTypes
import SessionFiles
import ShellLanguage

/// Makes the request of a step.
extension Evaluator {
    /// The request of a step with everything substituted.
    func request(
        of step: ReplayStep,
        _ run: ReplayRun
    ) async throws(ShellProblem) -> HTTPSession.SessionRequest {
        let template = Template.parse(step.target)
        let written = TargetForm.classify(template) ?? .bare
        let text = try await self.resolve(target: template, form: written)
        let form = TargetResolver.form(ofAbsolute: text) ?? written
        var fields: [FieldEdit] = []
        var host: String?
        var credentials: HTTPSession.Credentials?
        for field in step.fields {
            let value = try await self.resolve(text: field.value)
            if let digest = try Self.digestCredentials(field.name, value) {
                credentials = digest
                continue
            }
            if field.name.lowercased() == "host" { host = value }
            fields.append(
                try await self.edit(field.name, to: Self.fieldValue(field.name, value))
            )
        }
        let base = try self.base(forHost: host)
        let target = try TargetResolver(base: base).resolve(text, form: form, span: nil).uri
        var request: HTTPSession.SessionRequest
        do {
            request = try HTTPSession.SessionRequest(
                step.method,
                target,
                fields: fields,
                body: try await self.body(of: step, run)
            )
        } catch let error as SessionRequestError {
            throw .request(error, nil)
        } catch {
            throw error as? ShellProblem ?? .noContent
        }
        request.name = step.name
        request.credentials = credentials
        request.totalTimeout = step.timeout
        // As in a line of the shell.
        if step.wantsHTTP2 { request.version = .http2 }
        if !step.followsRedirects { request.followsRedirects = false }
        if !step.usesCookieJar { request.usesCookies = false }
        return request
    }

    /// What a field line says: an empty value takes a default away where there is one, and is sent
    /// where there is none (FILES.md 2.4, row 18).
    private func edit(_ name: String, to value: String) async throws(ShellProblem) -> FieldEdit {
        do {
            guard value.isEmpty else { return try .set(name, value) }
            let hasDefault = await self.session.fields.contains {
                $0.name.rawName.lowercased() == name.lowercased()
            }
            return hasDefault ? try .remove(name) : try .set(name, "")
        } catch {
            throw .field(error, nil)
        }
    }

    /// What a path is relative to: the base, or where there is none the origin that `Host` names
    /// (FILES.md 2.4, row 23).
    private func base(forHost host: String?) throws(ShellProblem) -> URI? {
        guard self.base == nil, let host, !host.isEmpty else { return self.base }
        let isSecure = host.hasSuffix(":443") || host.hasSuffix(":8443")
        let text = "\(isSecure ? "https" : "http")://\(host)"
        return try TargetResolver(base: nil)
            .resolve(text, form: .absolute(scheme: isSecure ? "https" : "http"), span: nil).uri
    }

    /// The credentials in `Authorization: Digest USER PASSWORD`, as editors' HTTP clients write
    /// them; nil for anything else, also for a whole answer to a challenge.
    static func digestCredentials(
        _ name: String,
        _ value: String
    ) throws(ShellProblem) -> HTTPSession.Credentials? {
        let words = value.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard name.lowercased() == "authorization", words.count == 3,
            words[0].lowercased() == "digest", !words[1].contains("=")
        else { return nil }
        return try Self.checked(nil) { () throws(CredentialsError) in
            try .digest(user: String(words[1]), password: String(words[2]))
        }
    }

    /// The value of a field as it is sent: `Authorization: Basic USER:PASSWORD`, or the two with a
    /// blank between them, is what editors' HTTP clients code.
    ///
    /// What is coded already has neither a colon nor a blank (RFC 4648, section 4).
    static func fieldValue(_ name: String, _ value: String) -> String {
        let words = value.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
        guard name.lowercased() == "authorization", words.count >= 2,
            words[0].lowercased() == "basic", words.count == 3 || words[1].contains(":")
        else { return value }
        // No name has a colon (RFC 7617, section 2), so behind one a blank is the password's.
        let pair = words.dropFirst().joined(separator: words[1].contains(":") ? " " : ":")
        return "\(words[0]) \(Array(pair.utf8).base64)"
    }

    private func body(
        of step: ReplayStep,
        _ run: ReplayRun
    ) async throws(ShellProblem) -> RequestBody {
        guard !step.content.isEmpty else { return .none }
        var parts: [RequestBody.Part] = []
        for piece in step.content {
            switch piece {
            case .template(let text):
                parts.append(.bytes(Array(try await self.resolve(text: text).utf8)))
            case .bytes(let bytes): parts.append(.bytes(bytes))
            case .file(let reference):
                parts.append(try await self.filePart(reference, step, run))
            }
        }
        if case .bytes(let bytes)? = parts.first, parts.count == 1 { return .bytes(bytes) }
        return .parts(parts)
    }

    private func filePart(
        _ reference: FileReference,
        _ step: ReplayStep,
        _ run: ReplayRun
    ) async throws(ShellProblem) -> RequestBody.Part {
        let path = try self.sideFile(reference.path, step, run)
        guard let size = Files.size(of: path) else {
            throw .file(path: reference.path, .read, detail: "there is no such file", nil)
        }
        guard reference.substitutesVariables else { return .file(path: path, size: size) }
        let bytes: [UInt8]
        do {
            bytes = try Files.read(path)
        } catch {
            throw .file(path: reference.path, .read, detail: error.detail, nil)
        }
        guard let text = reference.text(of: bytes) else {
            let detail = "it is not UTF-8 text; without the @ it is sent as it is"
            throw .file(path: reference.path, .read, detail: detail, nil)
        }
        return .bytes(Array(try await self.resolve(text: text).utf8))
    }
}
