import HTTPModel
import ShellLanguage

/// Which files may be replaced: those of the kind that takes their place.
extension Files {
    /// What a file that is written on demand holds.
    enum Kind {
        /// Cookies as Netscape has them.
        case cookies
        /// A HAR.
        case har
        /// A session of HTTPie's.
        case httpieSession
        /// A command line of curl or HTTPie.
        case command

        /// What it is called.
        fileprivate var name: String {
            switch self {
            case .cookies: "file of cookies"
            case .har: "HAR"
            case .httpieSession: "session of HTTPie's"
            case .command: "command of curl or HTTPie"
            }
        }

        /// Whether something that begins like this is of the kind.
        fileprivate func includes(_ start: String) -> Bool {
            let text = start.drop { $0.isWhitespace }
            return switch self {
            case .cookies: text.hasPrefix("# Netscape") || text.hasPrefix("# HTTP Cookie File")
            case .har: text.hasPrefix("{") && text.contains("\"log\"")
            case .httpieSession: text.hasPrefix("{") && text.contains("\"__meta__\"")
            case .command:
                ["curl ", "http ", "printf "].contains { text.hasPrefix($0) }
            }
        }
    }

    /// Refuses to replace a file that is of another kind; an empty one may be replaced.
    static func checkReplaceable(
        _ path: String,
        by kind: Kind,
        _ span: SourceSpan?
    ) throws(ShellProblem) {
        guard let size = Self.size(of: path), size > 0, let bytes = try? Self.read(path) else {
            return
        }
        let start = String(decoding: bytes.prefix(512), as: UTF8.self)
        guard !kind.includes(start) else { return }
        throw .file(path: path, .replace, detail: "it is there, and no \(kind.name)", span)
    }
}
