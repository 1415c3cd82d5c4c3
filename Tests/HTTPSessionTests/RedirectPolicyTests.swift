import HTTPModel
import HTTPTypes
import Testing

@testable import HTTPSession

@Suite("Redirects: the decision")
struct RedirectPolicyTests {
    private func decide(
        _ status: Int,
        _ location: String?,
        method: String = "GET",
        target: String = "https://a.org/x/y?q#f",
        hasContent: Bool = false,
        followed: Int = 0,
        isReplayable: Bool = true,
        policy: RedirectPolicy = RedirectPolicy(follows: true, limit: 20, downgrade: .refuse)
    ) throws -> RedirectDecision {
        let head = ResponseHead(
            status: status,
            version: "HTTP/1.1",
            fields: location.map { [FieldLine("location", $0)] } ?? []
        )
        let context = RedirectPolicy.Context(
            method: try #require(HTTPRequest.Method(method)),
            target: try URI(target),
            hasContent: hasContent,
            followed: followed
        )
        return policy.decide(head, context: context) { isReplayable ? nil : .readOnce }
    }

    private func step(_ decision: RedirectDecision) -> RedirectStep? {
        guard case .follow(let step) = decision else { return nil }
        return step
    }

    @Test(arguments: 300...308)
    func `RD1: only 301, 302, 303, 307 and 308 are followed, and only with a Location`(
        _ status: Int
    ) throws {
        let isFollowed = [301, 302, 303, 307, 308].contains(status)
        #expect((self.step(try self.decide(status, "/z")) != nil) == isFollowed)
        #expect(try self.decide(status, nil) == .final)
    }

    @Test func `switched off, a redirect is the result`() throws {
        let policy = RedirectPolicy(follows: false, limit: 20, downgrade: .allow)
        #expect(try self.decide(302, "/z", policy: policy) == .final)
    }

    @Test(arguments: [
        (301, "GET", "GET", false), (301, "HEAD", "HEAD", false), (301, "POST", "GET", true),
        (301, "PUT", "PUT", false), (301, "PATCH", "PATCH", false),
        (301, "DELETE", "DELETE", false),
        (302, "GET", "GET", false), (302, "POST", "GET", true), (302, "PUT", "PUT", false),
        (303, "GET", "GET", true), (303, "HEAD", "HEAD", true), (303, "POST", "GET", true),
        (303, "PUT", "GET", true), (303, "DELETE", "GET", true),
        (307, "POST", "POST", false), (307, "PUT", "PUT", false),
        (308, "POST", "POST", false), (308, "PROPFIND", "PROPFIND", false),
    ])
    func `RD5: method and content follow RFC 9110`(
        _ status: Int,
        _ method: String,
        _ next: String,
        _ dropsContent: Bool
    ) throws {
        let step = self.step(try self.decide(status, "/z", method: method, hasContent: true))
        #expect(step?.method.rawValue == next)
        #expect(step?.dropsContent == dropsContent)
        #expect(step?.methodBefore?.rawValue == (next == method ? nil : method))
    }

    @Test(arguments: [
        ("/z", "https://a.org/z#f", false),
        ("z", "https://a.org/x/z#f", false),
        ("../z", "https://a.org/z#f", false),
        ("?p", "https://a.org/x/y?p#f", false),
        ("", "https://a.org/x/y?q#f", false),
        ("#g", "https://a.org/x/y?q#g", false),
        ("/z#g", "https://a.org/z#g", false),
        (" /z\t", "https://a.org/z#f", false),
        ("/a b", "https://a.org/a%20b#f", false),
        ("/ü", "https://a.org/%C3%BC#f", false),
        ("//b.org/z", "https://b.org/z#f", true),
        ("https://A.ORG:443/z", "https://a.org/z#f", false),
        ("HTTPS://a.org/z", "https://a.org/z#f", false),
        ("https://a.org:8443/", "https://a.org:8443/#f", true),
        ("https://a.org./", "https://a.org./#f", true),
        ("https://sub.a.org/", "https://sub.a.org/#f", true),
    ])
    func `RD8: a Location is resolved, and inherits the fragment`(
        _ location: String,
        _ target: String,
        _ crossesOrigin: Bool
    ) throws {
        let step = self.step(try self.decide(302, location))
        #expect(step?.target.description == target)
        #expect(step?.crossesOrigin == crossesOrigin)
    }

    @Test func `user information in a Location is ignored, and told`() throws {
        let step = self.step(try self.decide(302, "https://u:p@a.org/"))
        #expect(step?.target.userInfo == nil)
        #expect(step?.ignoresUserInfo == true)
        #expect(self.step(try self.decide(302, "/z"))?.ignoresUserInfo == false)
    }

    @Test(arguments: [
        ("ftp://a.org/", BadRedirect.scheme("ftp")), ("javascript:alert(1)", .scheme("javascript")),
        ("file:///etc/passwd", .scheme("file")), ("/a\u{1B}[2J", .controlCharacters),
        ("/a\r\nX: y", .controlCharacters), ("https://", .malformed), ("http:foo", .malformed),
        ("https://a.org:99999/", .malformed),
    ])
    func `a Location that leads nowhere is a failure`(
        _ location: String,
        _ why: BadRedirect
    ) throws {
        let expected = ExchangeFailure.badRedirect(location: location, why: why)
        #expect(try self.decide(302, location) == .stop(expected, to: nil))
    }

    @Test(arguments: [0, 1, 19, 20, 21])
    func `RD7: so many redirects are followed in a row`(_ limit: Int) throws {
        let policy = RedirectPolicy(follows: true, limit: limit, downgrade: .refuse)
        for followed in [limit - 1, limit, limit + 1] where followed >= 0 {
            let decision = try self.decide(302, "/z", followed: followed, policy: policy)
            #expect((self.step(decision) != nil) == (followed < limit))
        }
    }

    @Test func `RD4: a redirect to http is refused, asked about or followed, as the setting says`()
        throws
    {
        func decide(_ downgrade: SessionSettings.Downgrade) throws -> RedirectDecision {
            let policy = RedirectPolicy(follows: true, limit: 20, downgrade: downgrade)
            return try self.decide(302, "http://a.org/", policy: policy)
        }
        let refused = ExchangeFailure.downgradeRefused(
            from: "https://a.org/x/y?q#f",
            to: "http://a.org/#f"
        )
        #expect(try decide(.refuse) == .stop(refused, to: try URI("http://a.org/#f")))
        guard case .ask(let step) = try decide(.ask) else {
            Issue.record("not asked")
            return
        }
        #expect(step.isDowngrade)
        #expect(self.step(try decide(.allow)) == step)
        let upward = try self.decide(302, "https://a.org/", target: "http://a.org/")
        #expect(self.step(upward)?.isDowngrade == false)
    }

    @Test(arguments: [(307, false), (308, false), (303, true), (302, true)])
    func `RD6: content that cannot be sent again stops a redirect that needs it`(
        _ status: Int,
        _ isFollowed: Bool
    ) throws {
        let decision = try self.decide(
            status,
            "/z",
            method: "POST",
            hasContent: true,
            isReplayable: false
        )
        #expect((self.step(decision) != nil) == isFollowed)
        let without = try self.decide(status, "/z", method: "POST", isReplayable: false)
        #expect(self.step(without) != nil)
    }
}
