import HTTPModel
import ShellLanguage

/// What the program asks of the evaluator before the first line.
extension Evaluator {
    /// Applies a setting of the command line, which holds for this run: where `-s` has taken
    /// another value up, that is what is kept.
    package func applyOption(_ name: String, _ value: String) async -> ShellProblem? {
        if let setting = SettingsTable.setting(name), self.source(of: name) == .session {
            self.overriddenSettings[name] =
                setting.reveal?(self.settings) ?? setting.get(self.settings)
        }
        do throws(ShellProblem) {
            try await self.setting(name, to: value, from: .commandLine)
            return nil
        } catch {
            self.report(error, source: "", at: nil)
            return error
        }
    }

    /// Sets a variable of the command line.
    package func applyVariable(_ name: String, _ value: String) async -> ShellProblem? {
        guard Name.problem(in: name) == nil else {
            let problem = ShellProblem.usage(
                command: "--var",
                .invalid(name, expected: "letters, digits, _ and -, not only digits, not last"),
                nil
            )
            self.report(problem, source: "", at: nil)
            return problem
        }
        if name == "base" { return await self.applyBase(value) }
        self.assign(value, to: name)
        return nil
    }

    /// Sets the base that the command line gave.
    package func applyBase(_ url: String) async -> ShellProblem? {
        do throws(ShellProblem) {
            try await self.setBase(url, span: nil)
            return nil
        } catch {
            self.report(error, source: url, at: nil)
            return error
        }
    }

    /// Runs the rc file, if there is one.
    package func runRCFile(_ path: String) async -> ShellProblem? {
        guard Files.size(of: path) != nil else { return nil }
        return await self.runScript(at: path)
    }

    /// Runs a file of shell lines.
    package func runScript(at path: String) async -> ShellProblem? {
        do {
            return await self.runScript(try Files.read(path), file: path)
        } catch {
            let problem = ShellProblem.file(path: path, .read, detail: error.detail, nil)
            self.report(problem, source: "", at: nil)
            return problem
        }
    }

    /// The session files that a path means: itself, or those of a folder.
    package static func sessionFiles(at path: String) -> [String] {
        guard Files.isFolder(path) else { return [path] }
        return Files.names(in: path).filter { $0.hasSuffix(".http") }.map { "\(path)/\($0)" }
    }
}
