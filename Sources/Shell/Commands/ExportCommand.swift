import HTTPModel
import Rendering
import ShellLanguage

/// `export FORM …`: what was done, in a form that other programs read.
struct ExportCommand: ShellCommand {
    let signature = CommandSignature("export")
    let group = CommandGroup.files
    let summary = "a page of the session's connections for a browser"
    let help = CommandHelp(
        usage: ["export html FILE [--last N] [--origin ORIGIN] [--title TEXT]"],
        text: """
            `export html` writes one page that draws what `lanes` draws, to zoom into and to filter,
            with tables of requests and connections. It loads nothing from anywhere, so it can be
            kept, sent and attached; it holds methods, targets and times, no fields and no bodies.
            An existing file is replaced only if linger wrote it.
            """,
        examples: ["20x4 get /slow?ms=10", "export html lanes.html"]
    )

    /// The forms there are, by their first word.
    private static let forms = ["html"]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let form = try arguments.take("html")
        switch form.text {
        case "html": return try await self.exportPage(&arguments, evaluator)
        default: throw arguments.unknown(form, known: Self.forms)
        }
    }

    private func exportPage(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let selection = try evaluator.takeSelection(&arguments, command: "export html")
        let title = try arguments.takeOption("--title", "a title")
        let file = try arguments.take("a file")
        try arguments.end()
        let lanes = evaluator.lanes().selecting(selection)
        let path = evaluator.localPath(file.text)
        let size = try await evaluator.writePage(of: lanes, to: path, title: title?.text, file.span)
        let what = [
            CountText.text(lanes.exchangeCount, "exchange"),
            CountText.text(lanes.lanes.count, "connection"), ByteText.text(size),
        ].joined(separator: ", ")
        return .remark("wrote \(Sanitizer.line(path)): \(what)")
    }
}

extension Evaluator {
    /// Writes the page of lanes, unless a file is in the way that linger did not write.
    ///
    /// - Returns: Its size in bytes.
    func writePage(
        of lanes: Lanes,
        to path: String,
        title: String?,
        _ span: SourceSpan?
    ) async throws(ShellProblem) -> Int {
        if Files.size(of: path) ?? 0 > 0 {
            let old = (try? Files.read(path)) ?? []
            guard LanePage.isPage(old) else {
                throw .file(path: path, .replace, detail: "linger did not write it", span)
            }
        }
        let page = LanePage.bytes(
            of: lanes,
            names: await self.requestNames(),
            title: title ?? self.base.map { "Connections to \($0.origin)" } ?? "Connections",
            generator: "linger \(self.configuration.version)",
            nonce: self.nonce()
        )
        try Self.write(page, to: path, appending: false, span)
        return page.count
    }

    /// Writes the page of everything so far: `linger replay --html`.
    package func writePage(to path: String, title: String) async -> ShellProblem? {
        do throws(ShellProblem) {
            _ = try await self.writePage(of: self.lanes(), to: path, title: title, nil)
            return nil
        } catch {
            self.report(error, source: "", at: nil)
            return error
        }
    }

    /// 32 hexadecimal digits that nobody can foresee.
    private func nonce() -> String {
        var generator = SystemRandomNumberGenerator()
        let words = [generator.next(), generator.next()]
        return words.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
