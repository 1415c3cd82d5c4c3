import Glibc
import HTTPModel
import TestSupport
import TestTransport
import Testing

@testable import HTTPSession

@Suite("Downloads: a session")
struct DownloadTests {
    private typealias Reply = ScriptedTransport.Reply

    private func text(_ path: String) -> String? { try? readTextFile(path, limit: 1 << 20) }

    private func perform(
        _ transport: ScriptedTransport,
        _ download: Download,
        target: String = "http://a.org/files/big.iso"
    ) async throws -> Exchange {
        let request = try SessionRequest.make("GET", target, fields: try download.fields())
        return await makeSession(transport).perform(request, to: .download(download))
    }

    @Test func `the response names the file, which replaces none`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        let transport = ScriptedTransport(
            .response(
                Reply(200, [("Content-Disposition", "attachment; filename=../x.txt")], body: "new")
            )
        )
        let download = Download(folder: path, suggestedName: "big.iso")
        for (name, number) in [("x.txt", 0), ("x-1.txt", 1), ("x-2.txt", 2)] {
            let exchange = try await self.perform(transport, download)
            #expect(exchange.content.saved?.path == "\(path)/\(name)", "\(number)")
            #expect(self.text("\(path)/\(name)") == "new")
        }
        #expect(transport.requests[0].value("Accept-Encoding") == "identity")
        #expect(fileStatus(download.partPath) == nil)
    }

    @Test func `two that would grow in one file do not, and an old part is begun anew`() throws {
        let folder = try TemporaryFolder()
        let download = Download(folder: folder.path, suggestedName: "data.json")
        try writePrivateFile(Array("what was left behind".utf8), to: download.partPath)
        let head = ResponseHead(status: 200, version: "HTTP/1.1", fields: [])
        let spill = SpillFolder(parent: folder.path)
        let sinks = (0..<3).map { _ in
            DownloadSink(download, keeping: 0) { MemorySink(limit: 0, folder: spill) }
        }
        for sink in sinks { #expect(sink.begin(head) == .deliverDecoded) }
        for _ in 0..<2 {
            for (text, sink) in zip(["first", "second", "third"], sinks) {
                _ = try sink.write(Array(text.utf8).span.bytes)
            }
        }
        for sink in sinks { try sink.end() }
        #expect(self.text("\(folder.path)/data.json") == "firstfirst")
        #expect(self.text("\(folder.path)/data-1.json") == "secondsecond")
        #expect(self.text("\(folder.path)/data-2.json") == "thirdthird")
        #expect(fileStatus(download.partPath) == nil)
    }

    @Test func `a name that the user chose wins, and replaces`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        try writePrivateFile(Array("old".utf8), to: "\(path)/mine")
        let transport = ScriptedTransport(
            .response(Reply(200, [("Content-Disposition", "attachment; filename=x")], body: "new"))
        )
        let download = Download(folder: path, chosenName: "mine", suggestedName: "big.iso")
        let exchange = try await self.perform(transport, download)
        #expect(exchange.content.saved?.path == "\(path)/mine")
        #expect(exchange.content.count == 3)
        #expect(self.text("\(path)/mine") == "new")
    }

    @Test func `what is no success is shown, not saved`() async throws {
        let folder = try TemporaryFolder()
        let download = Download(folder: folder.path, suggestedName: "big.iso")
        let transport = ScriptedTransport(.response(Reply(404, body: "not here")))
        let exchange = try await self.perform(transport, download)
        #expect(exchange.content == .memory(Array("not here".utf8)))
        #expect(fileStatus(download.partPath) == nil)
    }

    /// A server of one version of a file, which serves ranges of it.
    private static func server(_ content: String, tag: String) -> ScriptedTransport {
        ScriptedTransport { request, index in
            let fields = [("ETag", tag), ("Accept-Ranges", "bytes")]
            if index == 0 {
                return .truncated(Reply(200, fields, body: String(content.prefix(4))))
            }
            let range = request.value("Range").flatMap { $0.dropFirst(6).dropLast().description }
            guard let start = range.flatMap({ Int($0) }), request.value("If-Range") == tag else {
                return .response(Reply(200, fields, body: content))
            }
            let total = content.utf8.count
            guard start < total else {
                return .response(Reply(416, [("Content-Range", "bytes */\(total)")]))
            }
            return .response(
                Reply(
                    206,
                    fields + [("Content-Range", "bytes \(start)-\(total - 1)/\(total)")],
                    body: String(content.dropFirst(start))
                )
            )
        }
    }

    @Test func `a download that broke off goes on by Range with If-Range`() async throws {
        let folder = try TemporaryFolder()
        var download = Download(folder: folder.path, suggestedName: "big.iso")
        let transport = Self.server("0123456789", tag: "\"v1\"")
        let first = try await self.perform(transport, download)
        #expect(first.failure != nil)
        #expect(self.text(download.partPath) == "0123")
        download.resumes = true
        #expect(download.beginning?.size == 4)
        let second = try await self.perform(transport, download)
        #expect(second.content.saved?.path == "\(folder.path)/big.iso")
        #expect(second.content.count == 10)
        #expect(self.text("\(folder.path)/big.iso") == "0123456789")
        #expect(transport.requests[1].value("Range") == "bytes=4-")
        #expect(transport.requests[1].value("If-Range") == "\"v1\"")
        #expect(fileStatus(download.partPath) == nil)
        #expect(fileStatus(download.validatorPath) == nil)
    }

    @Test func `another version is taken from its start`() async throws {
        let folder = try TemporaryFolder()
        var download = Download(folder: folder.path, suggestedName: "big.iso")
        _ = try await self.perform(Self.server("0123456789", tag: "\"v1\""), download)
        download.resumes = true
        let other = ScriptedTransport(.response(Reply(200, [("ETag", "\"v2\"")], body: "abcdef")))
        let exchange = try await self.perform(other, download)
        #expect(exchange.content.saved?.path == "\(folder.path)/big.iso")
        #expect(exchange.content.count == 6)
        #expect(self.text("\(folder.path)/big.iso") == "abcdef")
    }

    @Test func `a range that was not asked for is refused`() async throws {
        let folder = try TemporaryFolder()
        var download = Download(folder: folder.path, suggestedName: "big.iso")
        _ = try await self.perform(Self.server("0123456789", tag: "\"v1\""), download)
        download.resumes = true
        let liar = ScriptedTransport(
            .response(Reply(206, [("Content-Range", "bytes 2-9/10")], body: "23456789"))
        )
        let exchange = try await self.perform(liar, download)
        guard case .transport(let error, _)? = exchange.failure, case .sink = error.cause else {
            Issue.record("\(String(describing: exchange.failure))")
            return
        }
        #expect(self.text(download.partPath) == "0123")
    }

    @Test func `a part that is the whole only gets its name`() async throws {
        let folder = try TemporaryFolder()
        let download = Download(folder: folder.path, suggestedName: "big.iso", resumes: true)
        try writePrivateFile(Array("0123456789".utf8), to: download.partPath)
        try writePrivateFile(Array("\"v1\"\n".utf8), to: download.validatorPath)
        let transport = ScriptedTransport(
            .response(Reply(416, [("Content-Range", "bytes */10")]))
        )
        let exchange = try await self.perform(transport, download)
        #expect(exchange.content.saved?.path == "\(folder.path)/big.iso")
        #expect(exchange.content.count == 10)
    }

    @Test(arguments: [
        [("ETag", "W/\"weak\"")], [], [("ETag", "\"v\""), ("Accept-Ranges", "none")],
        [("ETag", "\"v\""), ("Content-Encoding", "gzip")],
    ])
    func `what could not be gone on with is kept, but not gone on with`(
        _ fields: [(String, String)]
    ) async throws {
        let folder = try TemporaryFolder()
        let download = Download(folder: folder.path, suggestedName: "big.iso")
        let transport = ScriptedTransport(.truncated(Reply(200, fields, body: "0123")))
        _ = try await self.perform(transport, download)
        #expect(self.text(download.partPath) == "0123")
        #expect(download.beginning == nil)
        #expect(fileStatus(download.validatorPath) == nil)
    }

    @Test(arguments: [("0123", true), ("0123", false), ("", true)])
    func `a file that the user named keeps what it held, and its part is beside it`(
        _ content: String,
        _ keeps: Bool
    ) async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/big.iso"
        try writePrivateFile(Array("before".utf8), to: path)
        // Of another version: the part that takes its place is not of it.
        try writePrivateFile(Array("\"v1\"".utf8), to: "\(path).part.from")
        let transport = ScriptedTransport(.truncated(Reply(200, body: content)))
        let exchange = await makeSession(transport).perform(
            try SessionRequest.make("GET", "http://a.org/"),
            to: .file(path: path, mode: keeps ? .replaceOrKeepPart : .replace)
        )
        #expect(exchange.failure != nil)
        #expect(self.text(path) == "before")
        let isKept = keeps && !content.isEmpty
        #expect(self.text("\(path).part") == (isKept ? content : nil))
        #expect((fileStatus("\(path).part.from") == nil) == isKept)
        #expect(exchange.keptPart == (isKept ? "\(path).part" : nil))
    }

    @Test func `a part of a named file takes no name that another download holds`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/big.iso"
        try writePrivateFile(Array("before".utf8), to: "\(folder.path)/there")
        #expect(symlink("there", path) == 0)
        let part = "\(folder.path)/there.part"
        let held = try PartFile.take(part)
        let transport = ScriptedTransport(.truncated(Reply(200, body: "0123")))
        let exchange = await makeSession(transport).perform(
            try SessionRequest.make("GET", "http://a.org/"),
            to: .file(path: path, mode: .replaceOrKeepPart)
        )
        withExtendedLifetime(held) {}
        #expect(exchange.keptPart == "\(part).1")
        #expect(self.text("\(part).1") == "0123")
        #expect(self.text(part) == "")
    }

    @Test func `no part is named where nothing had arrived`() async throws {
        let folder = try TemporaryFolder()
        let download = Download(folder: folder.path, suggestedName: "big.iso")
        try writePrivateFile(Array("stale".utf8), to: download.partPath)
        let refused = try await self.perform(
            ScriptedTransport(.failure(.refused(addresses: []))),
            download
        )
        #expect(refused.failure != nil && refused.keptPart == nil)
        let broken = try await self.perform(
            ScriptedTransport(.truncated(Reply(200, body: "0123"))),
            download
        )
        #expect(broken.keptPart == download.partPath)
    }

    @Test func `a link in the place of the part is not followed`() async throws {
        let folder = try TemporaryFolder()
        let download = Download(folder: folder.path, suggestedName: "big.iso")
        try writePrivateFile(Array("keep".utf8), to: "\(folder.path)/victim")
        #expect(symlink("\(folder.path)/victim", download.partPath) == 0)
        let exchange = try await self.perform(
            ScriptedTransport(.response(Reply(200, body: "evil"))),
            download
        )
        #expect(exchange.failure != nil)
        #expect(self.text("\(folder.path)/victim") == "keep")
    }
}
