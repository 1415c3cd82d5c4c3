import Glibc
import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `open [N]`: an answer in the program that shows its kind.
struct OpenCommand: ShellCommand {
    let signature = CommandSignature("open")
    let group = CommandGroup.shell
    let summary = "an answer in the program that shows its kind"
    let help = CommandHelp(
        usage: ["open [N]"],
        text: """
            Writes the content of an answer (the last one, unless N is given) to a temporary file
            named after its type, and opens it with $LINGER_OPEN, or xdg-open: an image in a viewer,
            a page in the browser. What the program does with it is its own.
            """,
        examples: ["get /small", "open"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let logged = try await evaluator.exchange(of: invocation)
        let content = try evaluator.wholeContent(of: logged.exchange)
        guard !content.isEmpty else { throw .noContent }
        let type = logged.exchange.response?.head.first("content-type") ?? ""
        let path = try evaluator.temporaryFile(
            content,
            name: "answer-\(logged.exchange.number)\(Self.suffix(of: type))"
        )
        let environment = evaluator.configuration.environment
        let opener = environment["LINGER_OPEN"].flatMap { $0.isEmpty ? nil : $0 } ?? "xdg-open"
        let status = try await Child.run(
            "\(opener) \"$LINGER_FILE\" >/dev/null",
            input: .nothing,
            environment: ["LINGER_FILE": path]
        )
        guard status == 0 else { throw .exitStatus(command: opener, status) }
        return .remark(Sanitizer.line(path))
    }

    /// The suffix that tells programs what a file is; from a list, never from the server.
    static func suffix(of contentType: String) -> String {
        let essence = contentType.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        let known = [
            "application/json": ".json", "application/pdf": ".pdf", "application/xml": ".xml",
            "application/zip": ".zip", "audio/mpeg": ".mp3", "image/gif": ".gif",
            "image/jpeg": ".jpg", "image/png": ".png", "image/svg+xml": ".svg",
            "image/webp": ".webp", "text/csv": ".csv", "text/html": ".html",
            "text/plain": ".txt", "text/xml": ".xml", "video/mp4": ".mp4",
        ]
        return known[essence] ?? (essence.hasSuffix("+json") ? ".json" : ".bin")
    }
}

extension Evaluator {
    /// Writes a file that only its owner can read, below a folder of its own.
    func temporaryFile(_ content: [UInt8], name: String) throws(ShellProblem) -> String {
        let parent = self.configuration.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 }
        var template = Array("\(parent ?? "/tmp")/linger-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            let detail = String(cString: strerror(errno))
            throw .file(path: parent ?? "/tmp", .write, detail: detail, nil)
        }
        let folder = String(
            decoding: template.dropLast().map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
        let path = "\(folder)/\(name)"
        do {
            try Files.write(content, to: path, isPrivate: true)
        } catch {
            throw .file(path: path, .write, detail: error.detail, nil)
        }
        return path
    }
}
