import HTTPModel
import TestSupport
import Testing

@Suite("Program: lanes, stats, export html")
struct LanesTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test func `lanes, stats, sockets and exchanges say the same`() throws {
        let demo = try Demo(in: self.workspace)
        let lines = try self.workspace.json(
            lines: [
                "base \(demo.baseURL)", "get /users", "get /users/7", "pool size 2",
                "20x6 get /slow?ms=5", "get /small?close=1", "get /small", "pool close all",
                "get /redirect/2 --follow", "lanes", "stats", "sockets --closed", "sockets",
            ]
        )
        let lanes = lines.ofType("lane")
        let stats = try #require(lines.ofType("stats").first)
        let exchanges = lines.ofType("exchange")
        let bars = lanes.flatMap { $0["bars"]?.elements ?? [] }
        let bySum = { (name: String) in lanes.reduce(0) { $0 + (Int($1[name]?.text ?? "") ?? 0) } }
        #expect(stats["exchanges"]?.text == "\(exchanges.count)")
        #expect(stats["requests"]?.text == "\(bars.count)" && bars.count == exchanges.count + 2)
        #expect(stats["reused"]?.text == "\(bySum("reused"))")
        #expect(stats["connections"]?.text == "\(lanes.count)")
        let connections = lines.ofType("connection")
        let ids = Set(connections.compactMap { $0["id"]?.text })
        #expect(Set(lanes.compactMap { $0["connection"]?.text }) == ids)
        for lane in lanes {
            let connection = connections.first { $0["id"] == lane["connection"] }
            #expect(connection?["requests"] == lane["requests"])
            #expect(connection?["closeReason"] == lane["closeReason"])
        }
        for exchange in exchanges {
            let last = bars.last { $0["n"] == exchange["n"] }
            #expect(last?["totalMs"] == exchange.at("timingsMs", "total"))
            #expect(last?["reused"] == exchange["reused"])
            #expect(last?["status"] == exchange["status"])
        }
    }

    @Test func `a part is shown by time, by count and by origin`() throws {
        let demo = try Demo(in: self.workspace)
        let base = ["base \(demo.baseURL)", "get /users", "get /users", "get /users"]
        let all = try self.workspace.json(lines: base + ["lanes"]).ofType("lane")
        #expect(all.first?["bars"]?.elements.count == 3)
        let last = try self.workspace.json(lines: base + ["lanes --last 1"]).ofType("lane")
        #expect(last.first?["bars"]?.elements.count == 1)
        let none = try self.workspace.json(lines: base + ["lanes --origin http://localhost:1"])
        #expect(none.ofType("lane").isEmpty)
        let output = try self.workspace.run(lines: base + ["lanes --from 1x"])
        #expect(output.status == .exited(2))
    }

    @Test func `a page replaces a page, and nothing else`() throws {
        let demo = try Demo(in: self.workspace)
        try self.workspace.write("mine.html", "<p>mine</p>")
        let lines = ["base \(demo.baseURL)", "get /small"]
        let refused = try self.workspace.run(lines: lines + ["export html mine.html"])
        #expect(refused.status == .exited(1))
        #expect(try self.workspace.text("mine.html") == "<p>mine</p>")
        let twice = ["export html page.html", "export html page.html"]
        #expect(try self.workspace.run(lines: lines + twice).status == .exited(0))
        #expect(try self.workspace.run(lines: ["export pdf x"]).status == .exited(2))
    }

    @Test func `a replay writes its page`() throws {
        let demo = try Demo(in: self.workspace)
        try self.workspace.write(
            "tour.http",
            "GET \(demo.baseURL)/small\n\n###\n\nGET \(demo.baseURL)/users\n"
        )
        let output = try self.workspace.run(["replay", "--html", "page.html", "tour.http"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let page = try self.workspace.text("page.html")
        #expect(page.contains("<title>tour.http</title>"))
        let two = try self.workspace.run(["replay", "--html", "p.html", "tour.http", "tour.http"])
        #expect(two.status == .exited(1) || two.status == .exited(2))
        #expect(!self.workspace.exists("p.html"))
    }

    @Test func `Prometheus gets a file`() throws {
        let demo = try Demo(in: self.workspace)
        let output = try self.workspace.run(
            lines: ["base \(demo.baseURL)", "5 get /small > /dev/null", "stats --prometheus p"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let text = try self.workspace.text("p")
        #expect(text.contains("http_request_method=\"GET\",http_response_status_code=\"200\"} 5"))
    }
}
