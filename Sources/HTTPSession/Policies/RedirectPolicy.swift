import HTTPModel
import HTTPTypes

/// Whether and where a response redirects (SESSION.md, section 4.2): a pure function.
///
/// There is no detection of cycles: a bounce through a login page that sets a cookie legally comes
/// back to the same target, and the count is enough (RD7).
struct RedirectPolicy: Hashable {
    /// Whether redirects are followed.
    var follows: Bool
    /// How many are followed in a row.
    var limit: Int
    /// What becomes of one from https to http.
    var downgrade: SessionSettings.Downgrade

    /// What is known of the request that was answered.
    struct Context {
        /// Its method.
        var method: HTTPRequest.Method
        /// Its target.
        var target: URI
        /// Whether it had content.
        var hasContent: Bool
        /// How many redirects were followed before.
        var followed: Int
    }

    /// Decides what becomes of a response to the request of `context`.
    ///
    /// What keeps the request's content from being sent again is asked only if it must be.
    func decide(
        _ head: ResponseHead,
        context: Context,
        obstacle: () -> ReplayObstacle?
    ) -> RedirectDecision {
        guard self.follows, let status = RedirectStatus(rawValue: head.status),
            let location = head.first("Location")
        else { return .final }
        let step: RedirectStep
        do throws(LocationError) {
            step = try self.step(status, to: location, context: context)
        } catch {
            return .stop(.badRedirect(location: location, why: error.why), to: nil)
        }
        guard context.followed < self.limit else {
            // The session, which knows the chain, fills it in.
            return .stop(.tooManyRedirects(limit: self.limit, chain: []), to: step.target)
        }
        let (from, to) = (context.target.description, step.target.description)
        if step.isDowngrade, self.downgrade == .refuse {
            return .stop(.downgradeRefused(from: from, to: to), to: step.target)
        }
        if context.hasContent, !step.dropsContent, let why = obstacle() {
            let failure = ExchangeFailure.contentNotReplayable(
                status: head.status,
                to: to,
                why: why
            )
            return .stop(failure, to: step.target)
        }
        return step.isDowngrade && self.downgrade == .ask ? .ask(step) : .follow(step)
    }

    private func step(
        _ status: RedirectStatus,
        to location: String,
        context: Context
    ) throws(LocationError) -> RedirectStep {
        var target: URI
        do throws(URIError) {
            target = try context.target.resolving(location.trimmingBlanks).canonicalizingHost()
        } catch {
            throw LocationError(error)
        }
        // RFC 9110, section 10.2.2: a Location without a fragment inherits it.
        target.fragment = target.fragment ?? context.target.fragment
        let ignoresUserInfo = target.userInfo != nil
        target.userInfo = nil
        let method = status.method(after: context.method)
        return RedirectStep(
            status: status.rawValue,
            target: target,
            method: method,
            methodBefore: method == context.method ? nil : context.method,
            dropsContent: method != context.method || status == .seeOther,
            crossesOrigin: target.origin != context.target.origin,
            isDowngrade: context.target.origin.scheme == .https && target.origin.scheme == .http,
            ignoresUserInfo: ignoresUserInfo
        )
    }
}

/// What becomes of a response.
enum RedirectDecision: Hashable {
    /// It is the result.
    case final
    /// It leads on.
    case follow(RedirectStep)
    /// It leads on if the user allows a redirect from https to http.
    case ask(RedirectStep)
    /// It would lead on, but cannot be followed; the response itself is shown.
    case stop(ExchangeFailure, to: URI?)
}

/// Where a redirect leads, and what it changes.
struct RedirectStep: Hashable {
    /// The status that redirected.
    var status: Int
    /// Where to.
    var target: URI
    /// The method there.
    var method: HTTPRequest.Method
    /// The old method, if it changed.
    var methodBefore: HTTPRequest.Method?
    /// Whether the content is not sent on.
    var dropsContent: Bool
    /// Whether scheme, host or port change.
    var crossesOrigin: Bool
    /// Whether it leads from https to http.
    var isDowngrade: Bool
    /// Whether the `Location` held user information, which is never used.
    var ignoresUserInfo: Bool
}

/// The statuses that are followed; 300, 304, 305 and 306 never are (RD1).
enum RedirectStatus: Int {
    case movedPermanently = 301
    case found = 302
    case seeOther = 303
    case temporaryRedirect = 307
    case permanentRedirect = 308

    /// The method of the next request (RD5).
    func method(after method: HTTPRequest.Method) -> HTTPRequest.Method {
        switch self {
        case .seeOther: method == .head ? .head : .get
        case .movedPermanently, .found: method == .post ? .get : method
        case .temporaryRedirect, .permanentRedirect: method
        }
    }
}

/// Why a `Location` leads nowhere (RD8).
private struct LocationError: Error {
    let why: BadRedirect

    init(_ error: URIError) {
        switch error {
        case .controlCharacter: self.why = .controlCharacters
        case .unsupportedScheme(let scheme): self.why = .scheme(scheme)
        case .empty, .missingScheme, .missingHost, .invalidHost, .invalidPort:
            self.why = .malformed
        }
    }
}
