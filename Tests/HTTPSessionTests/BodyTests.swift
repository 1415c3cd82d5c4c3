import Glibc
import HTTPModel
import TestSupport
import TestTransport
import Testing

@testable import HTTPSession

@Suite("Where content goes")
struct BodyTests {
    private func get(
        _ answer: ScriptedTransport.Answer,
        to destination: BodyDestination,
        limit: Int = 10
    ) async throws -> Exchange {
        var settings = SessionSettings()
        settings.bodyLimit = limit
        let transport = ScriptedTransport(pieceLength: 3) { _, _ in answer }
        let session = makeSession(transport, settings: settings)
        return await session.perform(try .make("GET", "http://a.org/"), to: destination)
    }

    private func reply(_ count: Int) -> ScriptedTransport.Reply {
        .init(200, [("Content-Length", "99999999999")], body: String(repeating: "x", count: count))
    }

    @Test(arguments: [0, 1, 9, 10])
    func `up to the limit content stays in memory`(_ count: Int) async throws {
        let exchange = try await self.get(.response(self.reply(count)), to: .memory)
        let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: count)
        #expect(exchange.content == (count == 0 ? .none : .memory(bytes)))
    }

    @Test(arguments: [11, 12, 1000])
    func `beyond the limit it goes to a private file, until the session closes`(
        _ count: Int
    ) async throws {
        var settings = SessionSettings()
        settings.bodyLimit = 10
        let transport = ScriptedTransport(.response(self.reply(count)))
        let session = makeSession(transport, settings: settings)
        let exchange = await session.perform(try .make("GET", "http://a.org/"))
        guard case .spilled(let path, count) = exchange.content else {
            Issue.record("\(exchange.content)")
            return
        }
        #expect(try readTextFile(path, limit: 2000) == String(repeating: "x", count: count))
        #expect(fileStatus(path).map { $0.st_mode & 0o777 } == 0o600)
        await session.close()
        #expect(fileStatus(path) == nil)
        // It goes on after that, in a new folder.
        guard
            case .spilled(let again, _) = await session.perform(
                try .make("GET", "http://a.org/")
            ).content
        else {
            Issue.record("it was not spilled again")
            return
        }
        #expect(fileStatus(again) != nil)
        await session.close()
    }

    @Test(arguments: [5, 50])
    func `content that breaks off is not kept`(_ count: Int) async throws {
        let exchange = try await self.get(.truncated(self.reply(count)), to: .memory)
        #expect(exchange.content == .none)
        #expect(exchange.failure != nil)
    }

    @Test func `a file gets its content under its name only when it is complete`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/out"
        try writePrivateFile(Array("old".utf8), to: path)
        #expect(chmod(path, 0o640) == 0)
        let failed = try await self.get(.truncated(self.reply(50)), to: .file(path: path))
        #expect(failed.failure != nil)
        #expect(try readTextFile(path, limit: 100) == "old")
        #expect(self.names(in: folder.path) == ["out"])
        let exchange = try await self.get(.response(self.reply(50)), to: .file(path: path))
        #expect(exchange.content.saved?.path == path)
        #expect(exchange.content.count == 50)
        #expect(try readTextFile(path, limit: 100) == String(repeating: "x", count: 50))
        #expect(fileStatus(path).map { $0.st_mode & 0o777 } == 0o640)
        #expect(self.names(in: folder.path) == ["out"])
    }

    @Test func `an empty content makes an empty file, no response makes none`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/out"
        let refused = ScriptedTransport.Answer.failure(.refused(addresses: []))
        _ = try await self.get(refused, to: .file(path: path))
        #expect(self.names(in: folder.path) == [])
        _ = try await self.get(.response(self.reply(0)), to: .file(path: path))
        #expect(try readTextFile(path, limit: 1) == "")
    }

    @Test func `what is added to a file is taken back if it breaks off`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/out"
        let destination = BodyDestination.file(path: path, mode: .append)
        _ = try await self.get(.response(.init(body: "one")), to: destination)
        _ = try await self.get(.truncated(.init(body: "half")), to: destination)
        #expect(try readTextFile(path, limit: 100) == "one")
        _ = try await self.get(.response(.init(body: "two")), to: destination)
        #expect(try readTextFile(path, limit: 100) == "onetwo")
    }

    @Test func `a device is written to, not replaced`() async throws {
        let exchange = try await self.get(.response(self.reply(5)), to: .file(path: "/dev/null"))
        #expect(
            exchange.content
                == .file(SavedContent(path: "/dev/null", size: 5, bytes: Array("xxxxx".utf8)))
        )
        #expect(fileStatus("/dev/null")?.isRegular == false)
    }

    @Test(arguments: [0, 1, 9, 10, 11, 100])
    func `what goes to a file is kept in memory besides, up to a limit`(
        _ count: Int
    ) async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/out"
        let bytes = count <= 10 ? [UInt8](repeating: UInt8(ascii: "x"), count: count) : nil
        let download = Download(folder: folder.path, chosenName: "download", suggestedName: "")
        for destination in [
            BodyDestination.file(path: path), .file(path: path, mode: .append),
            .file(path: "/dev/null"), .download(download),
        ] {
            let exchange = try await self.get(.response(self.reply(count)), to: destination)
            #expect(exchange.content.saved?.bytes == bytes, "\(destination)")
            #expect(exchange.content.count == count)
        }
    }

    @Test func `a file is known by what it was when the content had been written`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/out"
        for (mode, start) in [(BodyDestination.FileMode.replace, 0), (.append, 50)] {
            let destination = BodyDestination.file(path: path, mode: mode)
            let exchange = try await self.get(.response(self.reply(50)), to: destination)
            let saved = try #require(exchange.content.saved)
            #expect(saved.start == start)
            #expect(saved.identity == FileIdentity(path: path))
            #expect(saved.identity?.size == start + 50)
        }
        let other = try await self.get(.response(self.reply(50)), to: .file(path: path))
        #expect(other.content.saved?.identity == FileIdentity(path: path))
    }

    @Test(arguments: [0, 5])
    func `a file that cannot be made fails the exchange`(_ count: Int) async throws {
        let path = "/nonexistent-folder/out"
        let exchange = try await self.get(.response(self.reply(count)), to: .file(path: path))
        guard case .transport(let error, _)? = exchange.failure,
            case .sink(let detail) = error.cause
        else {
            Issue.record("\(String(describing: exchange.failure))")
            return
        }
        #expect(detail.contains(path))
    }

    @Test func `a sink of the caller gets the final response only`() async throws {
        let sink = RecordingSink()
        let transport = ScriptedTransport(
            .failure(.peerClosed(receivedBytes: 0, isReset: false), isStale: true),
            .response(.init(302, [("Location", "/2")], body: "moved")),
            .response(.init(body: "there"))
        )
        let exchange = await makeSession(transport).perform(
            try .make("GET", "http://a.org/"),
            to: .sink(sink)
        )
        #expect(exchange.content == .delivered(size: 5))
        #expect(sink.calls == ["begin 200", "write 5", "end"])
    }

    @Test func `a sink of the caller learns that no more will come`() async throws {
        let sink = RecordingSink()
        _ = try await self.get(.truncated(.init(body: "half")), to: .sink(sink))
        #expect(sink.calls == ["begin 200", "write 3", "write 1", "fail"])
    }

    private func names(in folder: String) -> [String] {
        guard let open = opendir(folder) else { return [] }
        defer { closedir(open) }
        var names: [String] = []
        while let entry = readdir(open) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
            )
        }
        return names.filter { $0 != "." && $0 != ".." }
    }
}
