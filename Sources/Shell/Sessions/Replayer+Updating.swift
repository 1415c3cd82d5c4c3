import HTTPModel
import Rendering
import SessionFiles

/// Writes what `--update` found.
extension Evaluator {
    /// Shows the changes and makes them.
    func write(_ updates: ReplayUpdates, _ run: ReplayRun) {
        do throws(ShellProblem) {
            for (file, lines) in updates.lines.sorted(by: { $0.key < $1.key }) {
                try self.write(lines, to: file)
            }
            for (path, bytes) in updates.bodies {
                try Self.write(bytes, to: path)
                self.console.errLine(Sanitizer.line("updated \(path)"))
            }
        } catch {
            self.report(error, source: "", at: nil)
        }
    }

    /// Replaces whole lines, and leaves every other byte of the file as it is.
    private func write(_ changes: [Int: String], to file: String) throws(ShellProblem) {
        let bytes: [UInt8]
        do {
            bytes = try Files.read(file)
        } catch {
            throw .file(path: file, .read, detail: error.detail, nil)
        }
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (number, text) in changes.sorted(by: { $0.key < $1.key })
        where lines.indices.contains(number - 1) {
            let old = lines[number - 1]
            let hasReturn = old.last == 0x0D
            let shown = String(decoding: hasReturn ? old.dropLast() : old, as: UTF8.self)
            self.console.errLine(Sanitizer.line("\(file):\(number): - \(shown)"))
            self.console.errLine(Sanitizer.line("\(file):\(number): + \(text)"))
            let indent = old.prefix { $0 == 0x20 || $0 == 0x09 }
            lines[number - 1] = indent + Array(text.utf8) + (hasReturn ? [0x0D] : [])
        }
        try Self.write(Array(lines.joined(separator: [0x0A])), to: file)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(ShellProblem) {
        do {
            try Files.write(bytes, to: path)
        } catch {
            throw .file(path: path, .write, detail: error.detail, nil)
        }
    }
}
