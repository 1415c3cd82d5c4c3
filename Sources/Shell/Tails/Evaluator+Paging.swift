import Rendering
import ShellLanguage

/// Long output on a terminal goes through the pager (PRODUCT.md, section 5).
extension Evaluator {
    /// Writes data, through the pager if it is longer than the screen.
    func page(_ bytes: [UInt8]) async {
        guard let command = self.pagerCommand, self.isLongerThanScreen(bytes) else {
            self.console.out(bytes)
            return
        }
        let environment = self.pagerEnvironment
        let status = await self.console.holdingNotices {
            await Child.page(bytes, through: command, environment: environment)
        }
        // 126 and 127: the shell could not run it.
        if status == 126 || status == 127 { self.console.out(bytes) }
    }

    /// The pager; nil where nothing is paged.
    private var pagerCommand: String? {
        guard self.configuration.isInteractive, self.console.outputIsTerminal else { return nil }
        let environment = self.configuration.environment
        switch self.settings.pager {
        case "off": return nil
        case "auto":
            guard environment["TERM"] != "dumb" else { return nil }
            let named = [environment["LINGER_PAGER"], environment["PAGER"]].compactMap { $0 }
            return named.first { !$0.isEmpty } ?? "less"
        case let command: return command
        }
    }

    /// What `less` needs to show colours, to leave the text on the screen, and to end by itself
    /// where all of it fits; what the user has set wins.
    private var pagerEnvironment: [String: String] {
        self.configuration.environment["LESS"] == nil ? ["LESS": "FRX"] : [:]
    }

    private func isLongerThanScreen(_ bytes: [UInt8]) -> Bool {
        guard let height = self.console.size?.rows else { return false }
        let width = max(self.console.outputContext.width ?? 80, 1)
        var rows = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            // Bytes are an upper bound on cells; a line too many is no harm.
            rows += max(1, (line.count + width - 1) / width)
            if rows > height { return true }
        }
        return false
    }
}
