import Synchronization
import Testing

@testable import Shell

@Suite("The console")
struct ConsoleTests {
    /// What notices were shown, in order.
    private final class Shown: Sendable {
        let texts = Mutex<[String]>([])
    }

    private struct Stop: Error {}

    private func console(_ shown: Shown) -> Console {
        let console = Console(
            streams: .init(writeOutput: { _ in true }, writeError: { _ in true }),
            environment: [:]
        )
        console.showNotices { text in shown.texts.withLock { $0.append(text) } }
        return console
    }

    @Test func `notices wait while a child has the screen`() async throws {
        let shown = Shown()
        let console = self.console(shown)
        console.notice("before")
        let during = await console.holdingNotices { () -> [String] in
            console.notice("one")
            console.notice("two")
            return shown.texts.withLock(\.self)
        }
        #expect(during == ["before"])
        console.notice("after")
        #expect(shown.texts.withLock(\.self) == ["before", "one", "two", "after"])
    }

    @Test func `they are shown also where the child cannot be run`() async throws {
        let shown = Shown()
        let console = self.console(shown)
        await #expect(throws: Stop.self) {
            try await console.holdingNotices { () async throws in
                console.notice("one")
                throw Stop()
            }
        }
        #expect(shown.texts.withLock(\.self) == ["one"])
    }

    @Test func `a thousand wait, and no more`() async throws {
        let shown = Shown()
        let console = self.console(shown)
        await console.holdingNotices {
            for number in 1...1_001 { console.notice("\(number)") }
        }
        #expect(shown.texts.withLock(\.self) == (1...1_000).map(String.init))
    }
}
