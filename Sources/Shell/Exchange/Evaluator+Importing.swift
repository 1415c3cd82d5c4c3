import HTTPModel
import HTTPSession
import HTTPTypes
import Rendering
import SessionFiles
import ShellLanguage

/// What other tools wrote.
extension Evaluator {
    /// Reads a HAR and writes a session file of its requests; returns what should be said.
    func importHAR(
        from path: String,
        to output: String,
        keepsSecrets: Bool
    ) async throws(ShellProblem) -> [String] {
        let settings = self.settings.session
        var har = HARImport(
            keepsSecrets: keepsSecrets,
            isSensitive: { settings.isSensitive(fieldNamed: $0) },
            isSensitiveKey: { SensitiveNames.holdsSecret($0) }
        )
        do {
            try Files.read(path) { bytes in try har.take(bytes) }
            try har.finish()
        } catch let error as HARProblem {
            throw .file(path: "\(path):\(error.line)", .read, detail: error.kind.sentence, nil)
        } catch {
            throw .file(path: path, .read, detail: (error as? Files.Failure)?.detail ?? "", nil)
        }
        var remarks = har.problems.prefix(10).map { problem in
            Sanitizer.line("\(path):\(problem.line): \(problem.kind.sentence)")
        }
        if har.problems.count > 10 { remarks.append("… \(har.problems.count - 10) more left out") }
        guard !har.requests.isEmpty else {
            throw .file(
                path: path,
                .read,
                detail: "it holds no request that was answered"
                    + (remarks.first.map { "; \($0)" } ?? ""),
                nil
            )
        }
        let session = har.session(title: Files.name(of: path))
        let options = SaveOptions(expectations: .none)
        var (document, _) = SessionDocumentBuilder.build(session, options: options)
        har.addExpectations(to: &document)
        try self.write(document, to: output, isPrivate: keepsSecrets)
        if har.cookieCount > 0 {
            remarks.append(
                "\(CountText.text(har.cookieCount, "Cookie field")) left out: a replay sends the"
                    + " cookies that it gets; --secrets keeps them"
            )
        }
        remarks.append("\(CountText.text(har.requests.count, "request")) in \(output)")
        let names = har.expectedNames.map { " --var \($0)=…" }.joined()
        remarks.append("replay \(output)\(names.isEmpty ? "" : " needs\(names)")")
        if keepsSecrets, let warning = await self.warningOfSharing(output) {
            remarks.append(warning)
        }
        return remarks
    }

    // MARK: HTTPie sessions

    /// Takes over a session file of HTTPie; what has no host in it is for the base's.
    func importHTTPieSession(from path: String) async throws(ShellProblem) -> [String] {
        let file: HTTPieSession
        do {
            file = try HTTPieSession(parsing: try Files.read(path))
        } catch let error as HTTPieSession.Problem {
            throw .file(path: path, .read, detail: error.sentence, nil)
        } catch {
            throw .file(path: path, .read, detail: (error as? Files.Failure)?.detail ?? "", nil)
        }
        guard let base = self.base else { throw .noBase }
        for field in file.fields {
            do {
                let field = try await self.session.setField(
                    field.name,
                    to: field.value,
                    scope: .automatic(base: base.origin)
                )
                self.liveDefaults.set(.field(field.name, scope: field.scope), nil)
            } catch {
                throw .field(error, nil)
            }
        }
        var remarks: [String] = []
        if let credentials = file.credentials {
            remarks.append(try await self.takeCredentials(credentials, for: base.origin))
        }
        let cookies = file.cookies.compactMap { $0.cookie(for: base.origin.host) }
        await self.session.addCookies(cookies)
        if cookies.count < file.cookies.count {
            let count = file.cookies.count - cookies.count
            remarks.append(
                "\(CountText.text(count, "cookie")) left out: no cookie could be sent so"
            )
        }
        remarks.append(
            "took over \(CountText.text(file.fields.count, "field")) and "
                + "\(CountText.text(cookies.count, "cookie"))"
        )
        return remarks
    }

    private func takeCredentials(
        _ stored: HTTPieSession.Credentials,
        for origin: Origin
    ) async throws(ShellProblem) -> String {
        let credentials: HTTPSession.Credentials
        switch stored.type {
        case "basic", "digest":
            let parts = stored.text.split(
                separator: ":",
                maxSplits: 1,
                omittingEmptySubsequences: false
            ).map(String.init)
            let password = parts.count == 2 ? parts[1] : ""
            credentials = try Self.checked(nil) { () throws(CredentialsError) in
                stored.type == "basic"
                    ? try .basic(user: parts[0], password: password)
                    : try .digest(user: parts[0], password: password)
            }
        case "bearer":
            credentials = try Self.checked(nil) { () throws(CredentialsError) in
                try .bearer(stored.text)
            }
        default: return "credentials of the type \(Sanitizer.line(stored.type)) are left out"
        }
        await self.session.setCredentials(credentials, for: origin)
        return "\(credentials) goes to \(origin) only"
    }

    /// The session as HTTPie stores one for the base's host.
    func httpieSession() async throws(ShellProblem) -> HTTPieSession {
        guard let base = self.base else { throw .noBase }
        var file = HTTPieSession()
        for field in await self.session.fields
        where field.source == .session && (field.scope == nil || field.scope == base.origin) {
            file.fields.append(HTTPModel.FieldLine(field.name.rawName, field.value))
        }
        if let credentials = await self.session.credentialsByOrigin[base.origin] {
            file.credentials = credentials.stored
        }
        file.cookies = await self.session.cookies().map { cookie in
            HTTPieSession.StoredCookie(
                name: cookie.name,
                value: cookie.value,
                domain: cookie.isHostOnly ? cookie.domain : ".\(cookie.domain)",
                path: cookie.path,
                expires: cookie.expiry,
                isSecure: cookie.isSecure
            )
        }
        return file
    }
}

extension HTTPSession.Credentials {
    /// As HTTPie stores them.
    fileprivate var stored: HTTPieSession.Credentials {
        switch self.revealed() {
        case .basic(let user, let password):
            HTTPieSession.Credentials(type: "basic", text: "\(user):\(password)")
        case .digest(let user, let password):
            HTTPieSession.Credentials(type: "digest", text: "\(user):\(password)")
        case .bearer(let token): HTTPieSession.Credentials(type: "bearer", text: token)
        }
    }
}

extension HTTPieSession.StoredCookie {
    /// The cookie as our store has it; nil if it could never be sent.
    fileprivate func cookie(for host: String) -> Cookie? {
        let texts = [self.name, self.value, self.path]
        guard !texts.contains(where: { $0.utf8.contains { $0 < 0x20 || $0 == 0x7F } }),
            !(self.name.isEmpty && self.value.isEmpty)
        else { return nil }
        let stored = self.domain ?? host
        var name = stored.hasPrefix(".") ? String(stored.dropFirst()) : stored
        // Python's cookie jar puts ".local" behind names without a dot.
        if name.hasSuffix(".local"), !name.dropLast(6).contains(".") {
            name = String(name.dropLast(6))
        }
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        return Cookie(
            name: self.name,
            value: self.value,
            domain: name.lowercased(),
            isHostOnly: !stored.hasPrefix("."),
            path: self.path,
            isSecure: self.isSecure,
            expiry: self.expires
        )
    }
}
