import HTTPModel
import Rendering
import ShellLanguage

extension ExportCommand {
    /// `export html`: the lanes as a page for a browser.
    func exportPage(
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
        try await Self.write(page, to: path, appending: false, span)
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
