import HTTPModel
import Testing

@testable import SessionFiles

@Suite("Worked example")
struct WorkedExampleTests {
    @Test func `it is read without a problem`() {
        let reading = SessionFileReader.read(WorkedExample.text, file: "shop.http")
        #expect(reading.problems == [])
        #expect(reading.document.header.first?.content == .tag(.session(version: 1)))
        #expect(reading.document.title == "Checkout smoke test")
        #expect(reading.document.blocks.map(\.name) == ["login", "me", "search", "order"])
    }

    @Test func `written back it is the same, byte for byte`() {
        let reading = SessionFileReader.read(WorkedExample.text, file: "shop.http")
        let written = SessionFileWriter.write(reading.document, fileName: "shop.http")
        #expect(written.text == WorkedExample.text)
        #expect(written.sideFiles == [])
    }

    @Test func `its requests are what every reader makes of them`() {
        let document = SessionFileReader.read(WorkedExample.text, file: "shop.http").document
        let requests = document.blocks.compactMap(\.request)
        #expect(requests.map(\.method) == ["POST", "GET", "GET", "POST"])
        #expect(
            requests.map(\.target) == [
                "{{base}}/login", "{{base}}/me", "{{base}}/search?q=green%20tea&page=1&size=20",
                "{{base}}/orders",
            ]
        )
        #expect(requests[3].body == .file(FileReference(path: "./shop.bodies/order.json")))
        #expect(requests[2].version == nil)
        #expect(requests[1].place.line == 41)
    }

    @Test func `it is a plan`() throws {
        let plan = try ReplayPlan(SessionFileReader.read(WorkedExample.text, file: "shop.http"))
        #expect(plan.steps[0].responseReference?.path == "./shop.responses/login.json")
        #expect(plan.steps[0].responseReference?.line == 24)
        #expect(plan.ignored.fieldNames == ["date", "x-request-id"])
        #expect(plan.settings.map(\.name) == ["pool.size", "pool.total", "pool.idle-timeout"])
        #expect(plan.settings.map(\.value) == ["2", "8", "30s"])
        #expect(plan.defaultFields.map(\.name) == ["Accept", "User-Agent"])
        #expect(plan.cookieJar == .file("./shop.cookies.txt"))
        #expect(plan.variables.map(\.name) == ["base", "user"])
        #expect(plan.sessionExpectations.map(\.line) == [11, 12])
        #expect(plan.redactions.hidesField("authorization"))
        #expect(plan.steps.map(\.label) == ["login", "me", "search", "order"])
        #expect(plan.steps[0].timeout == .seconds(5))
        #expect(plan.steps[2].repetition == RepeatTag(count: 2, parallelism: .all))
        #expect(plan.steps[3].commands.map(\.text) == ["pool size 1"])
        #expect(plan.steps[3].delay == .milliseconds(250))
        #expect(!plan.steps[3].followsRedirects)
        #expect(plan.steps[0].followsRedirects)
        #expect(plan.steps[3].expectations.map(\.expectation.text).last == "connection reused")
    }
}
