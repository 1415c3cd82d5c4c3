import HTTPModel
import HTTPSession
import Rendering
import SessionFiles
import ShellLanguage

/// Reads session files with what they include, and looks at them before anything is sent.
extension Evaluator {
    /// How deeply files may include each other.
    private static var includeLimit: Int { 16 }

    /// How many files a replay may include.
    private static var includedFilesLimit: Int { 256 }

    /// Reads a file and plans its replay; nil after saying what is wrong with it.
    func plan(
        of path: String,
        options: ReplayOptions
    ) throws(ShellProblem) -> ReplayPlan? {
        self.refusals = []
        var chain: [String] = []
        var count = 0
        return try self.plan(of: path, options: options, chain: &chain, count: &count)
    }

    private func plan(
        of path: String,
        options: ReplayOptions,
        chain: inout [String],
        count: inout Int
    ) throws(ShellProblem) -> ReplayPlan? {
        let bytes: [UInt8]
        do {
            bytes = try Files.read(path)
        } catch {
            throw .file(path: path, .read, detail: error.detail, nil)
        }
        let reading = SessionFileReader.read(bytes, file: path)
        var plan: ReplayPlan
        do {
            plan = try ReplayPlan(reading)
        } catch {
            self.tell(error.problems)
            return nil
        }
        // What has no effect, or not the same one elsewhere, is worth a line; the file is replayed.
        for warning in reading.problems where warning.kind != .text(.noRequests) {
            self.console.errLine(Sanitizer.line("\(warning)"))
        }
        guard self.acceptsSettings(of: plan, bytes, path, options) else { return nil }
        chain.append(path)
        defer { chain.removeLast() }
        for include in plan.includes.reversed() {
            guard
                let included = try self.plan(
                    of: include,
                    in: path,
                    options: options,
                    chain: &chain,
                    count: &count
                )
            else { return nil }
            plan.prepend(included)
        }
        return plan
    }

    private func plan(
        of include: ReplayPlan.Include,
        in path: String,
        options: ReplayOptions,
        chain: inout [String],
        count: inout Int
    ) throws(ShellProblem) -> ReplayPlan? {
        let target: String
        do {
            target = try SideFilePath.resolve(
                include.path,
                besides: path,
                allowsOutside: options.allowsOutside
            )
        } catch {
            return self.refuse(include, in: path, .unsupported(.outsideInclude(include.path)))
        }
        count += 1
        let open = chain.compactMap { try? SideFilePath.resolve(Files.name(of: $0), besides: $0) }
        if open.contains(target) {
            return self.refuse(include, in: path, .unsupported(.cyclicInclude(include.path)))
        }
        guard chain.count < Self.includeLimit, count <= Self.includedFilesLimit else {
            let isDeep = chain.count >= Self.includeLimit
            let kind = SessionFileProblem.Unsupported.beyondCap(
                what: "@include",
                value: isDeep ? chain.count + 1 : count,
                cap: isDeep ? Self.includeLimit : Self.includedFilesLimit
            )
            return self.refuse(include, in: path, .unsupported(kind))
        }
        guard Files.size(of: target) != nil else {
            return self.refuse(include, in: path, .unsupported(.noSuchInclude(include.path)))
        }
        // The name as people wrote it, not the path that the system knows.
        let shown =
            include.path.hasPrefix("/")
            ? include.path : Self.joined(Files.folder(of: path), include.path)
        return try self.plan(of: shown, options: options, chain: &chain, count: &count)
    }

    private func refuse(
        _ include: ReplayPlan.Include,
        in path: String,
        _ kind: SessionFileProblem.Kind
    ) -> ReplayPlan? {
        self.tell([SessionFileProblem(file: path, line: include.line, kind: kind)])
        return nil
    }

    private static func joined(_ folder: String, _ path: String) -> String {
        let short = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        return folder == "." ? short : "\(folder)/\(short)"
    }

    /// Shows what is wrong with a file.
    private func tell(_ problems: [SessionFileProblem]) {
        for problem in problems {
            self.console.errLine(Sanitizer.line("\(problem)"))
            self.refusals.append("\(problem)")
        }
        guard self.printsJSON else { return }
        for problem in problems {
            self.console.outLine(
                ErrorJSON.line(
                    kind: "session_file",
                    message: "\(problem)",
                    line: problem.line,
                    column: problem.column
                )
            )
        }
    }

    /// Whether all settings of a plan exist and take their values; says which do not.
    ///
    /// Before anything is sent: a misspelt setting is a mistake of the file, like one of syntax.
    private func acceptsSettings(
        of plan: ReplayPlan,
        _ bytes: [UInt8],
        _ path: String,
        _ options: ReplayOptions
    ) -> Bool {
        let settings = plan.settings + plan.steps.flatMap(\.settings)
        guard !settings.isEmpty else { return true }
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var values = self.settings
        var isAccepted = true
        for setting in settings {
            let line = lines.indices.contains(setting.line - 1) ? lines[setting.line - 1] : ""
            let span = Self.span(of: setting.name, in: line)
            do throws(ShellProblem) {
                try Self.checkReach(of: setting, in: path, options, span)
                try self.check(setting, in: &values, span)
            } catch {
                let place = ScriptPlace(file: path, line: setting.line)
                self.refusals.append("\(path):\(setting.line): \(Self.sentence(of: error))")
                self.report(error, source: String(line), at: place)
                isAccepted = false
            }
        }
        return isAccepted
    }

    /// A file that someone sent chooses no program to run, and no socket of this machine
    /// (FILES.md 9.8).
    private static func checkReach(
        of setting: ReplayPlan.Setting,
        in path: String,
        _ options: ReplayOptions,
        _ span: SourceSpan?
    ) throws(ShellProblem) {
        switch setting.name {
        case "pager":
            let expected = "chosen by you: a session file names no program"
            throw .settingValue(
                name: setting.name,
                value: setting.value,
                expected: expected,
                span
            )
        case "connect.unix" where setting.value != "none" && !options.allowsOutside:
            let value = ScopedValue(setting.value)?.value ?? setting.value
            guard (try? SideFilePath.resolve(value, besides: path)) == nil else { return }
            let detail = "it lies outside the session file's folder; --allow-outside lets it"
            throw .file(path: value, .read, detail: detail, span)
        default: return
        }
    }

    private func check(
        _ setting: ReplayPlan.Setting,
        in values: inout SettingsValues,
        _ span: SourceSpan?
    ) throws(ShellProblem) {
        let scoped = ScopedValue(setting.value)
        let known = try Self.setting(setting.name, span)
        if scoped != nil {
            let name = Arguments.Argument(text: setting.name, span: span)
            try Self.checkIsPerOrigin(known, name)
        }
        let value = scoped?.value ?? setting.value
        let text = known.takesPath ? self.localPath(value) : value
        try Self.change(setting.name, to: text, in: &values, span, nil)
    }

    private static func span(of word: String, in line: Substring) -> SourceSpan? {
        let range = Array(line.utf8).firstRange(of: Array(word.utf8))
        return range.map { SourceSpan($0.lowerBound, $0.upperBound) }
    }

    /// Has the steps that were not selected left out.
    static func apply(
        _ selection: ReplaySelection,
        to plan: inout ReplayPlan,
        of file: String
    ) throws(ShellProblem) {
        let selected: Set<Int>
        do {
            selected = try selection.indices(in: plan)
        } catch {
            throw .noSuchStep(error.wanted, file: file, names: error.names)
        }
        // A replay that checks nothing must not pass.
        guard !selected.isEmpty || plan.steps.isEmpty else {
            let word = selection.from.map { "--from \($0)" } ?? "--only"
            let expected =
                "with the rest it leaves no request of \(file); `--dry-run` lists them in order"
            throw .usage(command: "replay", .invalid(word, expected: expected), nil)
        }
        for index in plan.steps.indices where !selected.contains(index) {
            plan.steps[index].isSkipped = true
        }
    }

    // MARK: Before the first request

    /// Names the environment variables that a file reads; without leave, refuses (FILES.md 9.8).
    ///
    /// - Returns: The names that may be read.
    func checkEnvironment(
        of plan: ReplayPlan,
        path: String,
        options: ReplayOptions
    ) throws(ShellProblem) -> Set<String> {
        // Variables of an environment file may refer to the environment too.
        let others = try self.environmentVariables(path, options).map { $0.1 }
        let known = self.knownVariables(of: plan, path, options)
        // A name that a variable holds is known if it does before the first request; one that a
        // response gives is never read.
        let names = Self.environmentNames(of: plan, options, andIn: others).map { name in
            name.hasPrefix("%") ? known[String(name.dropFirst())] ?? name : name
        }
        if let allowed = options.allowedEnvironment {
            let missing = names.filter { !allowed.contains($0) }
            guard missing.isEmpty else { throw .environmentNotAllowed(file: path, names: names) }
            return allowed
        }
        if !names.isEmpty {
            let list = names.joined(separator: ", ")
            self.console.errLine(Sanitizer.line("\(path) reads from the environment: \(list)"))
        }
        return Set(names)
    }

    /// The environment variables that a plan reads, and the files whose references it resolves, in
    /// order of first use.
    ///
    /// References are found as they will be when they are resolved: whatever is read differently
    /// here would be read without leave.
    private static func environmentNames(
        of plan: ReplayPlan,
        _ options: ReplayOptions,
        andIn others: [String]
    ) -> [String] {
        var names: [String] = []
        for text in plan.templates + Self.sideTexts(of: plan, options) + others {
            for placeholder in Template.parse(text).placeholders {
                guard case .environment(let name) = placeholder.reference, !names.contains(name)
                else { continue }
                names.append(name)
            }
        }
        return names
    }

    /// The files in which references are resolved: `<@ file`.
    private static func sideTexts(of plan: ReplayPlan, _ options: ReplayOptions) -> [String] {
        plan.steps.flatMap { step in
            step.content.compactMap { part in
                guard case .file(let reference) = part, reference.substitutesVariables,
                    let path = try? SideFilePath.resolve(
                        reference.path,
                        besides: step.file,
                        allowsOutside: options.allowsOutside
                    ), Files.size(of: path) != nil, let bytes = try? Files.read(path)
                else { return nil }
                return reference.text(of: bytes)
            }
        }
    }

    /// Says where the requests of a file go, at a terminal (FILES.md 9.8).
    func showOrigins(of plan: ReplayPlan, _ path: String, _ options: ReplayOptions) {
        guard self.console.errorIsTerminal else { return }
        var known = self.knownVariables(of: plan, path, options)
        var origins: [String] = []
        for step in plan.steps where !step.isSkipped {
            for variable in step.variables { known.set(variable, options) }
            // What follows the host may be a secret, and need not be known yet.
            let host = Self.upToHost(step.target)
            let target = plan.resolvingPlainly(host, known)
            let origin = (try? URI(target))?.origin.description ?? host
            if !origins.contains(origin) { origins.append(origin) }
        }
        guard !origins.isEmpty else { return }
        self.console.errLine(ReplaySentences.origins(origins, of: path))
    }

    /// A target as it is written, up to the end of its host, and without user information.
    private static func upToHost(_ target: String) -> String {
        let scheme = target.firstRange(of: "//").map { target[..<$0.upperBound] } ?? ""
        let authority = target.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        // A path alone is for the base, or for the host that a field names.
        guard !authority.isEmpty else { return String(target.prefix { $0 != "?" }) }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] }
        return String(scheme + (host ?? authority))
    }

    /// What the variables of a file hold before its first request, as far as that is known before
    /// anything is sent.
    private func knownVariables(
        of plan: ReplayPlan,
        _ path: String,
        _ options: ReplayOptions
    ) -> [String: String] {
        var known: [String: String] = [:]
        if options.isInShell {
            if !options.isFresh { for (name, value) in self.variables.all { known[name] = value } }
            known["base"] = self.base?.description
        }
        // An unknown environment has been refused by now.
        let environment = (try? self.environmentVariables(path, options)) ?? []
        for (name, value) in environment { known[name] = value }
        known.merge(options.variables) { $1 }
        for variable in plan.variables { known.set(variable, options) }
        return known
    }

    /// Shows what would be sent, where.
    func show(_ plan: ReplayPlan, ofFileAt path: String, _ options: ReplayOptions) {
        var known = self.knownVariables(of: plan, path, options)
        for step in plan.steps {
            for variable in step.variables { known.set(variable, options) }
            // What would be sent, but for secrets.
            let shown = known.filter { !self.holdsSecret($0.key) }
            let target = plan.resolvingPlainly(step.target, shown)
            var line = "\(step.file):\(step.line): \(step.method) \(target)"
            if let name = step.name { line += " (\(name))" }
            if step.repetition.count > 1 { line += " × \(step.repetition.count)" }
            if let retry = step.retry { line += " · up to \(retry.count) times" }
            if step.isSkipped { line += " · skipped" }
            if step.skipCondition != nil { line += " · skipped on a condition" }
            if let group = step.group { line += " · in parallel \(group)" }
            let count = step.expectations.count
            if count > 0 { line += " · \(count) expectation\(count == 1 ? "" : "s")" }
            self.console.outLine(Sanitizer.line(line))
        }
    }

    // MARK: Environment files

    /// The variables of `http-client.env.json` and of its private companions, which win.
    func environmentVariables(
        _ sessionFile: String,
        _ options: ReplayOptions
    ) throws(ShellProblem) -> [(String, String)] {
        guard let name = options.environment else { return [] }
        let folder = Files.folder(of: sessionFile)
        var values: [(String, String)] = []
        var known: Set<String> = []
        for file in EnvironmentFile.names {
            let path = "\(folder)/\(file)"
            guard Files.size(of: path) != nil else { continue }
            do {
                let content = try EnvironmentFile(try Files.read(path))
                known.formUnion(content.environments)
                values += content.variables(of: name)
            } catch let error as Files.Failure {
                throw .file(path: path, .read, detail: error.detail, nil)
            } catch {
                throw .file(path: path, .read, detail: "it is no JSON object of objects", nil)
            }
        }
        guard known.contains(name) else {
            let place = "an environment of \(folder)/\(EnvironmentFile.names[0])"
            let list = known.sorted().joined(separator: ", ")
            let expected = list.isEmpty ? place : "\(place): \(list)"
            throw .usage(command: "replay --env", .invalid(name, expected: expected), nil)
        }
        return values
    }
}

extension [String: String] {
    /// Sets a variable of a file, unless one from outside beats it.
    fileprivate mutating func set(
        _ variable: SessionVariable,
        _ options: Evaluator.ReplayOptions
    ) {
        guard options.variables[variable.name] == nil else { return }
        self[variable.name] = variable.value
    }
}
