import HTTPModel
import HTTPSession
import HTTPTypes
import SessionFiles
import ShellLanguage

/// Makes a session file of what was done.
extension Evaluator {
    /// What is saved, and how.
    struct SaveRequest {
        /// The file.
        var path: String
        /// The exchanges; nil is all.
        var numbers: Set<Int>?
        /// How.
        var options = SaveOptions()
        /// The title.
        var title: String?
        /// Whether secrets are written in clear.
        var keepsSecrets = false
        /// Whether offsets and idle times are written.
        var keepsTimings = false
        /// Whether responses are stored beside the file.
        var keepsResponses = false
        /// Whether a HAR is written beside the file.
        var writesHAR = false
    }

    /// Writes a session file; returns what should be said about it.
    func save(_ wanted: SaveRequest) async throws(ShellProblem) -> [String] {
        let settings = self.settings.session
        let keepsSecrets = wanted.keepsSecrets
        let redactions = self.redactions
        var secrets = SecretReplacement(
            isSensitive: { name in
                !keepsSecrets
                    && (settings.isSensitive(fieldNamed: name) || redactions.hidesField(name))
            },
            isSensitiveKey: { !keepsSecrets && SensitiveNames.holdsSecret($0) }
        )
        secrets.reserve(self.variables.names)
        secrets.noteSensitive(variables: redactions.variableNames)
        var notes: [SaveNote] = []
        let session = await self.recordedSession(wanted, secrets: &secrets, &notes)
        guard !session.requests.isEmpty else { throw .noContent }
        let (document, more) = SessionDocumentBuilder.build(session, options: wanted.options)
        notes += more
        try self.write(
            document,
            to: wanted.path,
            besides: self.responses(of: session),
            isPrivate: wanted.keepsSecrets
        )
        var remarks = ["saved \(session.requests.count) to \(wanted.path)"]
        if wanted.writesHAR { remarks.append(try await self.saveHAR(of: session, wanted)) }
        if !secrets.expectedNames.isEmpty {
            let names = secrets.expectedNames.map { "--var \($0)=…" }
            remarks.append("a replay needs \(names.joined(separator: " "))")
        }
        if wanted.keepsSecrets, let warning = await self.warningOfSharing(wanted.path) {
            remarks.append(warning)
        }
        return remarks + notes.map(Self.sentence)
    }

    /// Writes a session file and what stands beside it.
    func write(
        _ document: SessionDocument,
        to path: String,
        besides others: [SessionFiles.SessionFileText.SideFile] = [],
        isPrivate: Bool = false
    ) throws(ShellProblem) {
        try self.checkReplaceable(path)
        let written = SessionFileWriter.write(document, fileName: path)
        do {
            for file in written.sideFiles + others {
                let sidePath = Files.folder(of: path) + "/" + file.path
                Files.makeFolder(Files.folder(of: sidePath))
                try Files.write(file.bytes, to: sidePath, isPrivate: isPrivate)
            }
            try Files.write(Array(written.text.utf8), to: path, isPrivate: isPrivate)
        } catch {
            throw .file(path: path, .write, detail: error.detail, nil)
        }
    }

    /// An existing file is replaced only if it is one of ours.
    private func checkReplaceable(_ path: String) throws(ShellProblem) {
        guard SessionFileWriter.canWrite(to: path) else {
            let detail = "a session file is no Markdown: name it .http"
            throw .file(path: path, .write, detail: detail, nil)
        }
        guard let existing = try? Files.read(path), !existing.isEmpty else { return }
        guard SessionFileWriter.mayReplace(existingPrefix: Array(existing.prefix(256))) else {
            throw .file(
                path: path,
                .replace,
                detail: "it is there, and no session file of linger's",
                nil
            )
        }
    }

    private func recordedSession(
        _ wanted: SaveRequest,
        secrets: inout SecretReplacement,
        _ notes: inout [SaveNote]
    ) async -> RecordedSession {
        let entries = await self.entriesToSave(wanted)
        for (_, typed) in entries {
            for (place, template) in typed.state.templates {
                guard case .variable(let name) = place,
                    typed.state.variables[name] == template.value
                else { continue }
                secrets.noteResponseVariables([name])
            }
        }
        var session = RecordedSession(title: wanted.title)
        let connections = RepeatableConnections(await self.session.entries)
        session.requests = self.recordedRequests(
            entries,
            wanted,
            connections,
            secrets: &secrets,
            &notes
        )
        session.settings = (entries.first?.typed.settings.said).map(self.tags(of:)) ?? []
        guard !session.requests.isEmpty else { return session }
        let settings = self.settings.session
        var writer = StickyWriter(
            session,
            entries: entries.map(\.typed),
            base: self.base,
            secrets: secrets,
            keepsSecrets: wanted.keepsSecrets,
            isSensitive: { settings.isSensitive(fieldNamed: $0) }
        )
        writer.write()
        secrets = writer.outcome.secrets
        notes += writer.outcome.notes
        return writer.outcome.session
    }

    /// The requests that were answered and are wanted, as they were typed.
    private func entriesToSave(
        _ wanted: SaveRequest
    ) async -> [(logged: LogEntry, typed: TypedRequests.Entry)] {
        var entries: [(logged: LogEntry, typed: TypedRequests.Entry)] = []
        var lines: [String] = []
        for entry in await self.session.entries {
            let number = entry.numbers.lowerBound
            guard var typed = self.typed[number] else { continue }
            // What was done before one that is left out was done before the next all the same.
            lines += typed.recorded.commands
            if let numbers = wanted.numbers, !numbers.contains(number) { continue }
            guard !Self.runs(of: entry).isEmpty else { continue }
            // Nothing is open before the first, and no cookie there.
            typed.recorded.commands = entries.isEmpty ? [] : lines
            lines = []
            entries.append((entry, typed))
        }
        return entries
    }

    private func recordedRequests(
        _ entries: [(logged: LogEntry, typed: TypedRequests.Entry)],
        _ wanted: SaveRequest,
        _ connections: RepeatableConnections,
        secrets: inout SecretReplacement,
        _ notes: inout [SaveNote]
    ) -> [RecordedRequest] {
        var connections = connections
        var requests: [RecordedRequest] = []
        var last: SettingsRecord?
        var start: Instant?
        var opened: Set<ConnectionID> = []
        let kept = self.secretsInResponses(of: entries.map(\.logged), wanted)
        for (entry, typed) in entries {
            let number = entry.numbers.lowerBound
            var recorded = typed.recorded
            recorded.number = number
            recorded.target = self.targetAtLastBase(typed)
            recorded.name = Self.name(of: entry)
            Self.placeFile(of: &recorded, besides: wanted.path, &notes)
            Self.replaceSecrets(in: &recorded, &secrets, &notes)
            if typed.answersChallenges { notes.append(.credentialsLeftOut(from: number)) }
            if wanted.keepsResponses {
                let ordinal = requests.count + 1
                recorded.response = self.response(of: entry, ordinal: ordinal, wanted, kept)
            }
            if wanted.keepsTimings, case .exchange(let logged) = entry {
                let first = start ?? logged.exchange.issuedAt
                start = first
                recorded.offset = first.duration(to: logged.exchange.issuedAt)
                if case .reused(let idle)? = logged.exchange.response?.use.decision {
                    recorded.idle = .milliseconds(Int(idle.milliseconds.rounded()))
                }
            }
            recorded.runs = Self.runs(of: entry).map { Self.asReplayed($0, &opened) }
            if let repetition = typed.repetition {
                recorded.repetition = RepeatTag(
                    count: repetition.count,
                    parallelism: repetition.parallel > 1
                        ? .atMost(repetition.parallel) : .none
                )
            }
            if let last {
                recorded.settings = self.changes(from: last, to: typed.settings)
                recorded.commands += Self.poolLines(
                    from: last.values.limits,
                    to: typed.settings.values.limits
                )
            }
            last = typed.settings
            recorded.overlapped = connections.overlapped(entry)
            if case .exchange(let logged) = entry {
                recorded.hasRepeatableConnection =
                    connections.isRepeatable(logged, after: recorded.commands)
            }
            requests.append(recorded)
        }
        return requests
    }

    /// The target of a request; where the base was another one then, without `{{base}}`, which is
    /// the last one in the file.
    private func targetAtLastBase(_ typed: TypedRequests.Entry) -> String {
        let target = typed.recorded.target
        guard let origin = typed.base?.origin, origin != self.base?.origin,
            target.hasPrefix("{{base}}")
        else { return target }
        return origin.description + target.dropFirst("{{base}}".count)
    }

    private static func replaceSecrets(
        in recorded: inout RecordedRequest,
        _ secrets: inout SecretReplacement,
        _ notes: inout [SaveNote]
    ) {
        recorded.fields = recorded.fields.map { secrets.replacing($0) }
        recorded.target = secrets.replacing(target: recorded.target)
        let body = Self.replacingSecrets(in: recorded, &secrets)
        if body == recorded.body, Self.holdsSecret(recorded, secrets) {
            notes.append(.secretKept(from: recorded.number))
        }
        recorded.body = body
    }

    /// The content with its secrets replaced.
    private static func replacingSecrets(
        in recorded: RecordedRequest,
        _ secrets: inout SecretReplacement
    ) -> RecordedRequest.Body {
        let type = recorded.fields.last { $0.name.lowercased() == "content-type" }?.value ?? ""
        switch recorded.body {
        case .none, .file: return recorded.body
        case .template(let text):
            return secrets.replacing(
                content: Array(text.utf8),
                hasReferences: true,
                mediaType: type
            ).map { .template($0) } ?? recorded.body
        case .bytes(let bytes):
            return secrets.replacing(content: bytes, hasReferences: false, mediaType: type)
                .map { .template($0) } ?? recorded.body
        }
    }

    /// Whether the content has a secret that was not replaced.
    private static func holdsSecret(
        _ recorded: RecordedRequest,
        _ secrets: SecretReplacement
    ) -> Bool {
        guard case .bytes(let bytes) = recorded.body else { return false }
        let type = recorded.fields.last { $0.name.lowercased() == "content-type" }?.value ?? ""
        return secrets.holdsSecret(content: bytes, mediaType: type)
    }

    /// What is kept out of stored responses: also what the requests sent as secrets, which a server
    /// may have said again.
    private func secretsInResponses(
        of entries: [LogEntry],
        _ wanted: SaveRequest
    ) -> ExportSecrets {
        var secrets = self.exportSecrets(shown: wanted.keepsSecrets)
        guard wanted.keepsResponses, !wanted.keepsSecrets else { return secrets }
        for case .exchange(let logged) in entries {
            secrets.hide(sentBy: logged.exchange)
            guard case .bytes(let content) = logged.request.body else { continue }
            let type = logged.exchange.attempts.first?.sentFields
                .first { $0.name.lowercased() == "content-type" }?.value
            secrets.hide(sent: content, mediaType: type ?? "")
        }
        return secrets
    }

    /// The response that is stored beside the file; nil if there is none, or it was not kept.
    private func response(
        of entry: LogEntry,
        ordinal: Int,
        _ wanted: SaveRequest,
        _ secrets: ExportSecrets
    ) -> RecordedRequest.StoredResponse? {
        guard case .exchange(let logged) = entry, let response = logged.exchange.response else {
            return nil
        }
        let content: [UInt8]
        do {
            content = try logged.exchange.content.bytes()
        } catch {
            self.remark("the answer of \(logged.exchange.number) is not saved: \(error.sentence)")
            return nil
        }
        guard !content.isEmpty else { return nil }
        let type = response.head.first("content-type") ?? ""
        let bytes = secrets.shown(content: content, mediaType: type)
        let kind = type.contains("json") ? "json" : type.hasPrefix("text/") ? "txt" : "bin"
        let file = Files.name(of: wanted.path)
        let folder = file.hasSuffix(".http") ? String(file.dropLast(5)) : file
        let name = "\(ordinal < 10 ? "0" : "")\(ordinal).\(kind)"
        return .init(path: "\(folder).responses/\(name)", bytes: bytes)
    }

    private func responses(of session: RecordedSession) -> [SessionFiles.SessionFileText.SideFile] {
        session.requests.compactMap { request in
            request.response.map {
                SessionFiles.SessionFileText.SideFile(path: $0.path, bytes: $0.bytes)
            }
        }
    }

    private static func name(of entry: LogEntry) -> String? {
        switch entry {
        case .exchange(let logged): logged.exchange.name
        case .repetition(let record): record.request.name
        }
    }

    /// What a replay of the file will see: the first request that is saved of those on a connection
    /// opens it, also where one that is left out had done so.
    private static func asReplayed(
        _ run: RecordedRequest.Run,
        _ opened: inout Set<ConnectionID>
    ) -> RecordedRequest.Run {
        var run = run
        if opened.insert(run.connection).inserted { run.isReused = false }
        return run
    }

    /// What came of an entry; nothing for one that failed.
    private static func runs(of entry: LogEntry) -> [RecordedRequest.Run] {
        switch entry {
        case .exchange(let logged):
            guard let response = logged.exchange.response else { return [] }
            return [
                RecordedRequest.Run(
                    status: response.head.status,
                    connection: response.use.connection,
                    isReused: response.use.decision.isReused,
                    bodySize: logged.exchange.content.count
                )
            ]
        case .repetition(let record):
            guard record.failed == 0, let status = record.statuses.keys.min() else { return [] }
            let size = record.sample?.response?.bytes.body ?? 0
            return record.connections.sorted { $0.key < $1.key }.flatMap { id, tally in
                let first = RecordedRequest.Run(
                    status: status,
                    connection: id,
                    isReused: !tally.isNew,
                    bodySize: size
                )
                guard tally.isNew, tally.exchanges > 1 else { return [first] }
                var rest = first
                rest.isReused = true
                return [first, rest]
            }
        }
    }

    static func sentence(_ note: SaveNote) -> String {
        switch note {
        case .referenceToUnsaved(let number, let from):
            "request \(from) refers to exchange \(number), which is not saved"
        case .referenceToUnknown(let from):
            "request \(from) refers to the last exchange, which is not known"
        case .credentialsLeftOut(let number):
            "request \(number) has credentials for challenges, which no file can say"
        case .secretKept(let number):
            "the content of request \(number) has a secret that could not be replaced"
        case .secretChanged(let name):
            "variable \(name) had several values: a replay takes one"
        case .fileOutside(let path, let number):
            "request \(number) sends \(path), which is not beside the file: a replay needs"
                + " --allow-outside"
        case .expectationLeftOut(let text, let number):
            "request \(number) expects \(text) of a request that is not saved before it: left out"
        case .variableLeftOut(let name): "variable \(name) does not fit on a line: left out"
        case .variableNotPortable(let name):
            "variable \(name) has a backslash, which other tools read as an escape"
        }
    }
}
