import Glibc
import HTTPModel
import HTTPSession
import HTTPTypes
import Rendering
import ShellLanguage

/// What `-s NAME` keeps between runs: shell lines, and the cookies beside them.
extension Evaluator {
    /// Where the state of a session is: by name below the data folder, or beside a path.
    package static func statePath(_ name: String, environment: [String: String]) -> String {
        if name.contains("/") { return name.hasSuffix(".state") ? name : "\(name).state" }
        let data =
            environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? "\(environment["HOME"] ?? ".")/.local/share"
        return "\(data)/linger/sessions/\(name).state"
    }

    /// Takes up the state of a session, and keeps it there at the end: `-s NAME`.
    package func takeUpState(in path: String) async -> ShellProblem? {
        self.keptState = (path, Self.stateFiles(at: path))
        return await self.loadState(from: path)
    }

    /// Writes the state of the session that was taken up, unless it was left for a new one.
    ///
    /// What another linger has kept there meanwhile is set aside, not lost.
    package func keepState() async -> ShellProblem? {
        guard let (path, before) = self.keptState else { return nil }
        let now = Self.stateFiles(at: path)
        if now != before, now != StateFiles() {
            let aside = Self.freeStatePath(besides: path)
            do {
                try Files.write(now.lines ?? [], to: aside, isPrivate: true)
                try Files.write(now.cookies ?? [], to: Self.cookiesPath(aside), isPrivate: true)
            } catch {
                let problem = ShellProblem.file(path: aside, .write, detail: error.detail, nil)
                self.report(problem, source: "", at: nil)
                return problem
            }
            // Also where nothing else is said: somebody has to put the two together.
            let said = "another linger has changed \(path): what it kept is in \(aside) now"
            self.console.errLine(Sanitizer.line(said))
        }
        return await self.saveState(to: path)
    }

    /// What stands in the files of a session's state.
    struct StateFiles: Equatable {
        var lines: [UInt8]?
        var cookies: [UInt8]?
    }

    static func stateFiles(at path: String) -> StateFiles {
        StateFiles(
            lines: try? Files.read(path),
            cookies: try? Files.read(Self.cookiesPath(path))
        )
    }

    /// A name for what another linger kept, which no session has.
    private static func freeStatePath(besides path: String) -> String {
        let stem = path.hasSuffix(".state") ? String(path.dropLast(6)) : path
        var aside = "\(stem).other.state"
        var number = 2
        while Files.exists(aside) || Files.exists(Self.cookiesPath(aside)) {
            aside = "\(stem).other-\(number).state"
            number += 1
        }
        return aside
    }

    /// Whether the state holds something that is nobody else's to know.
    private func stateHoldsSecrets() async -> Bool {
        let state = await self.session.state()
        let settings = self.settings.session
        return !state.credentials.isEmpty || !state.cookies.isEmpty
            || self.variables.names.contains { SensitiveNames.holdsSecret($0) }
            || state.fields.contains { settings.isSensitive(fieldNamed: $0.name.rawName) }
    }

    /// Loads the state of a session; one that is not there yet is empty.
    package func loadState(from path: String) async -> ShellProblem? {
        let cookies = Self.cookiesPath(path)
        if Files.size(of: cookies) != nil {
            do {
                _ = try await self.session.loadCookies(from: cookies)
            } catch {
                let problem = ShellProblem.file(
                    path: cookies,
                    .read,
                    detail: error.detail,
                    nil
                )
                self.report(problem, source: "", at: nil)
                return problem
            }
        }
        guard Files.size(of: path) != nil else { return nil }
        return await Self.$takesUpState.withValue(true) { await self.runScript(at: path) }
    }

    /// Writes the state of the session, readable by its owner only.
    package func saveState(to path: String) async -> ShellProblem? {
        Files.makeFolder(Files.folder(of: path))
        let lines = await self.stateLines()
        let text = lines.map { "\($0)\n" }.joined()
        do {
            try Files.write(Array(text.utf8), to: path, isPrivate: true)
        } catch {
            let problem = ShellProblem.file(path: path, .write, detail: error.detail, nil)
            self.report(problem, source: "", at: nil)
            return problem
        }
        do {
            try await self.session.saveCookies(
                to: Self.cookiesPath(path),
                includingSession: true
            )
        } catch {
            let problem = ShellProblem.file(
                path: Self.cookiesPath(path),
                .write,
                detail: error.detail,
                nil
            )
            self.report(problem, source: "", at: nil)
            return problem
        }
        // What this linger wrote itself is no stranger's at the end.
        if let kept = self.keptState?.path, Files.areSame(kept, path) {
            self.keptState?.before = Self.stateFiles(at: path)
        }
        if await self.stateHoldsSecrets(), let warning = await self.warningOfSharing(path) {
            self.console.errLine(warning)
        }
        return nil
    }

    private static func cookiesPath(_ path: String) -> String {
        (path.hasSuffix(".state") ? String(path.dropLast(6)) : path) + ".cookies.txt"
    }

    /// The session as shell lines.
    private func stateLines() async -> [String] {
        var lines = ["# what `linger -s` keeps; shell lines, written when the session ends"]
        if let base = self.base { lines.append(Self.baseLine(base)) }
        let defaults = SettingsValues()
        for setting in SettingsTable.all {
            let value = setting.get(self.settings)
            if self.source(of: setting.name) == .commandLine,
                let kept = self.overriddenSettings[setting.name]
            {
                lines.append("set \(setting.name) \(Self.quoted(kept))")
                continue
            }
            // What the command line or the rc file says is said again by them.
            guard value != setting.get(defaults), self.source(of: setting.name) == .session else {
                continue
            }
            // Only its owner can read the file.
            let stored = setting.reveal?(self.settings) ?? value
            lines.append("set \(setting.name) \(Self.quoted(stored))")
        }
        for setting in SettingsTable.all {
            for (origin, text) in self.scopedValues(of: setting)
            where self.source(of: setting, for: origin) == .session {
                lines.append("set \(setting.name) \(Self.quoted(text)) --for \(origin)")
            }
        }
        for (name, value) in self.variables.all { lines.append(Self.line(for: name, value)) }
        let state = await self.session.state()
        for name in state.absentBuiltIns { lines.append("headers rm \(name.rawName)") }
        for field in state.fields {
            let scope = field.scope?.description ?? "all"
            let place = DefaultPlace.field(field.name, scope: field.scope)
            let value = await self.keptTemplate(for: place, value: field.value).quotedText
            lines.append("headers set \(field.name.rawName) \(value) --for \(scope)")
        }
        lines += await self.queryLines(state.query)
        for (origin, credentials) in state.credentials.sorted(by: { $0.key < $1.key }) {
            switch credentials.revealed() {
            case .basic(let user, let password):
                lines.append("auth basic \(Self.quoted("\(user):\(password)")) --for \(origin)")
            case .digest(let user, let password):
                lines.append("auth digest \(Self.quoted("\(user):\(password)")) --for \(origin)")
            case .bearer(let token):
                lines.append("auth bearer \(Self.quoted(token)) --for \(origin)")
            }
        }
        if let netrc = await self.session.netrc {
            lines.append("auth netrc \(Self.quoted(netrc.path))")
        }
        return lines
    }

    /// Query parameters as shell lines.
    ///
    /// One that is bound belongs to the base when it is entered, which is its origin meanwhile.
    private func queryLines(_ query: [QueryParameter]) async -> [String] {
        var lines: [String] = []
        var origin = self.base?.origin
        // A parameter without a name cannot be said.
        for parameter in query where !parameter.name.isEmpty {
            if let scope = parameter.scope, scope != origin {
                lines.append("base \(scope)")
                origin = scope
            }
            let place = DefaultPlace.query(parameter.name, scope: parameter.scope)
            let line = QueryLine(
                name: Template(literal: parameter.name),
                value: await self.keptTemplate(for: place, value: parameter.value)
            )
            lines.append(ShellLine.query(line).canonicalText)
        }
        if let base = self.base, origin != base.origin { lines.append(Self.baseLine(base)) }
        return lines
    }

    private static func baseLine(_ base: URI) -> String {
        "base \(Template(literal: base.description).wordText)"
    }

    /// The line that sets a variable: raw where raw text can hold the value.
    private static func line(for name: String, _ value: String) -> String {
        guard Template.fitsRawText(value) else { return "vars set \(name) \(Self.quoted(value))" }
        return "@\(name) = \(Template(literal: value).rawText)"
    }

    /// A word in quotes, which stands for this text and nothing else.
    private static func quoted(_ text: String) -> String {
        Template(literal: text).quotedText
    }
}
