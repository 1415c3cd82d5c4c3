package import HTTPModel
import Rendering

/// Tells what happens by itself, above the prompt.
package final class NoticeTeller: Sendable {
    private let console: Console

    /// Creates a teller.
    package init(console: Console) {
        self.console = console
    }

    /// Hears of an event; most are not told.
    package func receive(_ event: PoolEvent) {
        guard self.console.tellsNotices,
            let text = Notice.text(for: event, in: self.console.errorContext)
        else { return }
        self.console.notice(text)
    }
}
