import Glibc
import Rendering
import SessionFiles

/// Warns of secrets that git would share (FILES.md 9.3, rule 6).
extension Evaluator {
    /// What is said of a file with secrets or cookies that lies in a work tree of git which does
    /// not ignore it; nil where nobody else would get it.
    func warningOfSharing(_ path: String) async -> String? {
        guard Self.isInWorkTree(path) else { return nil }
        let folder = Files.folder(of: path).posixQuoted
        let name = "./\(Files.name(of: path))".posixQuoted
        // Not ignored, or git cannot be asked: then the warning may come once too often.
        let line = "git -C \(folder) check-ignore -q -- \(name) 2>/dev/null"
        let asked = try? await Child.capture(line, input: [], environment: [:])
        if asked?.status == 0 { return nil }
        return "\(Sanitizer.line(path)) holds secrets and lies in a git work tree"
            + " that does not ignore it"
    }

    /// Whether a folder above the file has a `.git`.
    private static func isInWorkTree(_ path: String) -> Bool {
        guard let real = realpath(Files.folder(of: path), nil) else { return false }
        defer { free(real) }
        var folder = Substring(cString: real)
        while !Files.exists("\(folder)/.git") {
            guard let slash = folder.lastIndex(of: "/") else { return false }
            folder = folder[..<slash]
        }
        return true
    }
}
