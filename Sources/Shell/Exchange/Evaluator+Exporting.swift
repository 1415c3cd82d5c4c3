import HTTPModel
import HTTPSession
import Rendering
package import SessionFiles
import ShellLanguage

/// What other tools get of exchanges.
extension Evaluator {
    /// What is kept out of everything that is exported; nothing if `shown`.
    func exportSecrets(shown: Bool = false) -> ExportSecrets {
        guard !shown else { return .shown }
        let settings = self.settings.session
        let names = SensitiveNames(fieldPatterns: settings.sensitiveFields.patterns)
        return ExportSecrets(
            isSensitiveField: { settings.isSensitive(fieldNamed: $0) },
            isSensitiveKey: { names.holdsSecret(key: $0) },
            redactions: self.redactions,
            values: self.secretValues
        )
    }

    /// What variables hold, or have held, that have the name of a secret, or are one by
    /// `@redact var`.
    var secretValues: SecretValues {
        var values = self.redactions.values
        for (name, value) in self.variables.all where self.holdsSecret(name) {
            values.add(value, of: name)
        }
        return values
    }

    func holdsSecret(_ variable: String) -> Bool {
        SensitiveNames.holdsSecret(variable) || self.redactions.variableNames.contains(variable)
    }

    /// Sets a variable; a secret stays one when the variable gets another value.
    func assign(_ value: String, to variable: String) {
        self.variables[variable] = value
        if self.holdsSecret(variable) { self.redactions.values.add(value, of: variable) }
    }

    /// Learns what of an exchange `@redact` keeps out, wherever it stands later.
    func learnSecrets(from exchange: Exchange) {
        guard self.redactions.concernsMessages else { return }
        self.redactions.learn(from: exchange) { (try? exchange.content.bytes()) ?? [] }
    }

    /// The request of an exchange as it first went out.
    func exportedRequest(_ logged: LoggedExchange) throws(ShellProblem) -> ExportedRequest {
        guard let attempt = logged.exchange.attempts.first else { throw .noContent }
        var isHTTP2 = false
        if case .response(let response) = attempt.result {
            isHTTP2 = response.head.version.hasPrefix("HTTP/2")
        }
        let isRedirected = logged.exchange.attempts.contains { attempt in
            if case .redirect = attempt.cause { true } else { false }
        }
        var fields = attempt.sentFields
        if logged.request.coding != nil {
            // The content is exported as it was typed, and coded by nobody.
            fields.removeAll { $0.name.lowercased() == "content-encoding" }
            self.remark("the content went out compressed; it is exported without that")
        }
        return ExportedRequest(
            method: attempt.method,
            target: attempt.target,
            fields: fields,
            body: try Self.exportedBody(logged.request.body),
            followsRedirects: isRedirected,
            isHTTP2: isHTTP2,
            isInsecure: attempt.target.origin.scheme == .https
                && !self.settings.connections.tls.verifiesCertificates
        )
    }

    private static func exportedBody(
        _ body: RequestBody
    ) throws(ShellProblem) -> ExportedRequest.Body {
        switch body {
        case .none: return .none
        case .bytes(let bytes): return .bytes(bytes)
        case .parts(let parts):
            if case .file(let path, _)? = parts.first, parts.count == 1 {
                return .file(path: path)
            }
            return .bytes(try Self.exportedBytes(parts))
        }
    }

    /// The pieces of a form, files among them, as they were sent.
    private static func exportedBytes(_ parts: [RequestBody.Part]) throws(ShellProblem) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in parts {
            switch part {
            case .bytes(let piece): bytes += piece
            case .file(let path, _):
                do {
                    bytes += try Files.read(path)
                } catch {
                    throw .file(path: path, .read, detail: error.detail, nil)
                }
            }
        }
        return bytes
    }

    // MARK: A session file of one request

    private static let secretBesideBytes =
        "--secrets, because the content has a secret beside bytes that are no text"

    /// The request of an exchange as a session file, which will be the file `path` if there is one.
    func exportedDocument(
        _ logged: LoggedExchange,
        to path: String?,
        secrets: ExportSecrets
    ) throws(ShellProblem) -> (document: SessionDocument, names: [String]) {
        let request = try self.exportedRequest(logged)
        var names: [String] = []
        func template(_ pieces: [ExportPiece], isEncoded: Bool = false) -> String {
            let parts = pieces.flatMap { piece -> [Template.Part] in
                switch piece {
                // What stands in braces there was sent as it is.
                case .literal(let bytes): return [.literal(String(decoding: bytes, as: UTF8.self))]
                case .secret(let name, _):
                    let variable = name.environmentName
                    if !names.contains(variable) { names.append(variable) }
                    return Template.parse("{{\(isEncoded ? "%" : "")\(variable)}}").parts
                }
            }
            return Template(parts: parts).rawText
        }
        var recorded = RecordedRequest(
            number: logged.exchange.number,
            name: logged.exchange.name,
            method: request.method,
            target: template(secrets.pieces(of: request.target), isEncoded: true),
            followsRedirects: request.followsRedirects
        )
        recorded.fields = request.portableFields.map { field in
            FieldLine(field.name, template(secrets.pieces(of: field)))
        }
        if request.target.path == "*" {
            // The origin is said by `Host` then.
            recorded.target = "*"
            let host = HTTPModel.FieldLine("Host", request.target.origin.authority)
            recorded.fields.insert(host, at: 0)
        }
        switch self.placed(request.body, besides: path, number: recorded.number) {
        case .none: break
        case .file(let path): recorded.body = .file(path: path)
        case .bytes(let bytes):
            let type = recorded.fields.first { $0.name.lowercased() == "content-type" }?.value ?? ""
            let pieces = secrets.pieces(of: bytes, mediaType: type)
            let hasSecret = pieces.contains { if case .secret = $0 { true } else { false } }
            if hasSecret, String(validating: bytes, as: UTF8.self) == nil {
                throw .usage(command: "export http", .missing(Self.secretBesideBytes), nil)
            }
            recorded.body = hasSecret ? .template(template(pieces)) : .bytes(bytes)
        }
        let session = RecordedSession(requests: [recorded])
        let options = SaveOptions(expectations: .none)
        return (SessionDocumentBuilder.build(session, options: options).document, names)
    }

    /// A content that is a file as a session file at `path` has it.
    private func placed(
        _ body: ExportedRequest.Body,
        besides path: String?,
        number: Int
    ) -> ExportedRequest.Body {
        guard case .file(let file) = body, let path else { return body }
        var recorded = RecordedRequest(number: number, method: "", target: "")
        recorded.body = .file(path: file)
        var notes: [SaveNote] = []
        Self.placeFile(of: &recorded, besides: path, &notes)
        for note in notes { self.remark(Self.sentence(note)) }
        switch recorded.body {
        case .file(let path): return .file(path: path)
        case .bytes(let bytes): return .bytes(bytes)
        case .none, .template: return body
        }
    }

    // MARK: HAR

    /// What a HAR of this session says beyond its exchanges.
    ///
    /// - Parameters:
    ///   - title: What its page is called.
    ///   - showsSecrets: Whether nothing is kept out.
    ///   - connection: What names a connection.
    /// - Returns: The context for `writeHAR`.
    func harContext(
        title: String,
        showsSecrets: Bool = false,
        connection: HARContext.ConnectionNaming = .number
    ) -> HARContext {
        let now = self.configuration.clock()
        let totals = self.events.connectionTotals
        var addresses: [ConnectionID: String] = [:]
        for event in self.events.events {
            guard case .tcpConnected(let local?, _, _) = event.kind, let id = event.connection
            else { continue }
            addresses[id] = local
        }
        let limits = self.settings.limits
        var context = HARContext(
            version: self.configuration.version,
            title: title,
            origin: self.configuration.wallClock() - Double(now.nanoseconds) / 1e9,
            comment: "pool.size \(limits.perOrigin), pool.total \(limits.total); "
                + "\(CountText.text(totals.opened, "connection")) opened, "
                + "\(CountText.text(totals.reused, "request")) on one used before",
            secrets: self.exportSecrets(shown: showsSecrets),
            localAddress: { [addresses] in addresses[$0] },
            reason: { ReuseSentences.sentence($0.code) },
            sentence: { ErrorSentences.render($0).message }
        )
        context.connection = connection
        return context
    }

    /// An exchange as a HAR takes it; contents are read when it is written.
    static func harExchange(
        _ exchange: Exchange,
        request: HTTPSession.SessionRequest
    ) -> HARExchange {
        let body = request.body
        let content = exchange.content
        return HARExchange(
            exchange,
            requestContent: {
                switch body {
                case .none: nil
                case .bytes(let bytes): bytes
                case .parts(let parts): try? Self.exportedBytes(parts)
                }
            },
            responseContent: { try? content.bytes() }
        )
    }

    /// The finished exchanges of the session as a HAR takes them, or those of `numbers`; and how
    /// many there were besides, of which only counts are kept.
    func harExchanges(
        _ numbers: Set<Int> = []
    ) async -> (exchanges: [HARExchange], leftOut: Int) {
        var exchanges: [HARExchange] = []
        var leftOut = 0
        for entry in await self.session.entries where !entry.isRunning {
            switch entry {
            case .exchange(let logged):
                guard numbers.isEmpty || numbers.contains(logged.exchange.number) else { continue }
                exchanges.append(Self.harExchange(logged.exchange, request: logged.request))
            case .repetition(let record):
                var request = record.request
                // What was made anew each time is not kept.
                if record.isRemade { request.body = .none }
                let wanted = record.exchanges.filter {
                    numbers.isEmpty || numbers.contains($0.number)
                }
                exchanges += wanted.map { Self.harExchange($0, request: request) }
                let asked =
                    numbers.isEmpty
                    ? record.finished
                    : min(record.finished, record.numbers.count { numbers.contains($0) })
                leftOut += asked - wanted.count
            }
        }
        return (exchanges, leftOut)
    }

    /// Writes the session as a HAR file; shows and returns what went wrong.
    package func writeHAR(
        to path: String,
        title: String,
        connection: HARContext.ConnectionNaming = .number
    ) async -> ShellProblem? {
        let (exchanges, leftOut) = await self.harExchanges()
        if leftOut > 0 { self.remark(Self.harLeftOut(leftOut)) }
        do throws(ShellProblem) {
            let context = self.harContext(title: title, connection: connection)
            _ = try self.writeHAR(exchanges, in: context, to: path)
            return nil
        } catch {
            self.report(error, source: "", at: nil)
            return error
        }
    }

    /// What is said of requests that a HAR lacks.
    static func harLeftOut(_ count: Int) -> String {
        "\(CountText.text(count, "request")) of long repetitions left out: only counts are kept"
    }

    /// Writes exchanges as a HAR file, which only its owner may read; returns how many entries.
    func writeHAR(
        _ exchanges: [HARExchange],
        in context: HARContext,
        to path: String
    ) throws(ShellProblem) -> Int {
        do {
            return try Files.write(to: path, isPrivate: true) { write throws(Files.Failure) in
                try HARWriter.write(exchanges, in: context, to: write)
            }
        } catch {
            throw .file(path: path, .write, detail: error.detail, nil)
        }
    }
}

extension ExportedRequest {
    /// The fields that a session file says.
    fileprivate var portableFields: [HTTPModel.FieldLine] {
        self.fields.filter { field in
            switch field.name.lowercased() {
            case "content-length", "transfer-encoding": false
            case "connection": !self.isHTTP2
            case "host": field.value != self.target.origin.authority
            default: true
            }
        }
    }
}
