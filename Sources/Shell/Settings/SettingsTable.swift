import HTTPModel
import HTTPSession
import ShellLanguage

/// The settings there are: the one list that `set`, `--set`, the rc file, session files and help
/// are made from.
package enum SettingsTable {
    /// All settings, in the order in which `set` lists them.
    package static let all: [Setting] =
        Self.pool + Self.http + Self.exchange + Self.trust + Self.route + Self.shell

    /// The setting called `name`.
    package static func setting(_ name: String) -> Setting? {
        Self.all.first { $0.name == name }
    }

    /// Settings that linger's users will look for, and that no part of it honours yet; setting one
    /// is refused, because a setting that does nothing is a lie.
    package static let notYet: [String] = []

    private static let pool: [Setting] = [
        .count("pool.size", "connections per origin", \.limits.perOrigin, minimum: 1),
        .count("pool.total", "connections in all", \.limits.total, minimum: 1),
        .count("pool.idle", "idle connections in all", \.limits.idle, minimum: 1),
        .duration(
            "pool.idle-timeout",
            "how long an idle connection is kept",
            \.limits.idleTimeout
        ),
        .optionalDuration(
            "pool.max-age",
            "the age at which a connection retires",
            \.limits.maxAge
        ),
        Setting(
            name: "pool.max-uses",
            summary: "requests after which a connection retires",
            expected: "a whole number from 1 up, or off",
            get: { $0.limits.maxUses.map(String.init) ?? "off" },
            set: { values, text in
                if text == "off" {
                    values.limits.maxUses = nil
                    return true
                }
                guard let count = Int(text), count >= 1 else { return false }
                values.limits.maxUses = count
                return true
            }
        ),
        .duration(
            "pool.queue-timeout",
            "how long a request waits for a connection",
            \.limits.queueTimeout
        ),
        .choice("pool.reuse", "which idle connection is taken first", \.limits.reuseOrder),
    ]

    private static let http: [Setting] = [
        .choice(
            "http.version",
            "which HTTP versions connections may speak",
            \.connections.version
        ),
        .count(
            "h2.connections",
            "connections of HTTP/2 to an origin",
            \.limits.h2Connections,
            minimum: 1
        ),
        .count(
            "h2.max-streams",
            "streams at once on one, if the server allows as many",
            \.limits.h2MaxStreams,
            minimum: 1
        ),
        .optionalDuration(
            "h2.ping-interval",
            "how often it is asked for a sign of life",
            \.limits.h2PingInterval
        ),
    ]

    private static let exchange: [Setting] = [
        .duration(
            "timeout.connect",
            "the bound on DNS, TCP and TLS together",
            \.connections.connectTimeout
        ),
        .optionalDuration(
            "timeout.response",
            "the bound on waiting for the head of a response, or for content to be taken",
            \.session.responseTimeout
        ),
        .optionalDuration(
            "timeout.total",
            "the bound on a whole exchange",
            \.session.totalTimeout
        ),
        .toggle("redirect.follow", "whether redirects are followed", \.session.followsRedirects),
        .count("redirect.max", "redirects in a row", \.session.maxRedirects, minimum: 0),
        .choice("redirect.downgrade", "redirects from https to http", \.session.downgrade),
        Setting(
            name: "redirect.sensitive",
            summary: "fields that stay with their origin",
            expected: "field names separated by commas, with * for any text",
            get: { $0.session.sensitiveFields.patterns.joined(separator: ",") },
            set: { values, text in
                let patterns = text.split(separator: ",").map { String($0) }
                guard patterns.allSatisfy({ !$0.contains(" ") }) else { return false }
                values.session.sensitiveFields = SensitiveFields(text == "none" ? [] : patterns)
                return true
            }
        ),
        .count(
            "retry.max",
            "retries of an exchange by the policy",
            \.session.maxRetries,
            minimum: 0
        ),
        Setting(
            name: "retry.status",
            summary: "statuses that are worth another try",
            expected: "statuses from 400 to 599 separated by commas, or none",
            get: { values in
                let statuses = values.session.retryStatuses.sorted().map { "\($0)" }
                return statuses.isEmpty ? "none" : statuses.joined(separator: ",")
            },
            set: { values, text in
                let words = text == "none" ? [] : text.split(separator: ",")
                let statuses = words.compactMap { Int($0) }
                guard statuses.count == words.count, text == "none" || !words.isEmpty,
                    statuses.allSatisfy({ (400...599).contains($0) })
                else { return false }
                values.session.retryStatuses = Set(statuses)
                return true
            }
        ),
        .duration(
            "retry.backoff",
            "the wait before the first retry, which doubles with each",
            \.session.retryBackoff,
            allowsZero: true
        ),
        .toggle("cookies", "whether cookies are stored and sent", \.session.usesCookies),
        .toggle(
            "cookies.secure-on-loopback",
            "whether loopback counts as secure for cookies",
            \.session.secureOnLoopback
        ),
        Setting(
            name: "body.limit",
            summary: "content kept in memory; beyond it a temporary file",
            expected: "a size such as 64KiB or 10MB",
            get: { SizeLiteral.text($0.session.bodyLimit) },
            set: { values, text in
                guard let size = SizeLiteral.parse(text) else { return false }
                values.session.bodyLimit = size
                return true
            }
        ),
    ]

    private static let shell: [Setting] = [
        Setting(
            name: "show",
            summary: "which parts of an answer are shown",
            expected: "parts out of status,headers,body,connection separated by commas, or none",
            get: { values in
                let parts = ShownPart.allCases.filter(values.show.contains).map(\.rawValue)
                return parts.isEmpty ? "none" : parts.joined(separator: ",")
            },
            set: { values, text in
                if text == "none" {
                    values.show = []
                    return true
                }
                let words = text.split(separator: ",", omittingEmptySubsequences: false)
                let parts = words.compactMap { ShownPart(rawValue: String($0)) }
                guard parts.count == words.count else { return false }
                values.show = Set(parts)
                return true
            }
        ),
        Setting(
            name: "format.json",
            summary: "how JSON is laid out",
            expected: "pretty or raw",
            get: { $0.jsonFormat.rawValue },
            set: { values, text in
                guard let format = JSONFormat(rawValue: text) else { return false }
                values.jsonFormat = format
                values.isJSONFormatExplicit = true
                return true
            }
        ),
        .choice("format", "what results look like", \.format),
        .choice("color", "whether colour is used", \.color),
        .toggle("notify", "whether notices are shown above the prompt", \.notify),
        Setting(
            name: "pager",
            summary: "what shows output that is longer than the screen",
            expected: "auto or off, or a command such as less",
            get: { $0.pager },
            set: { values, text in
                guard !text.isEmpty else { return false }
                values.pager = text
                return true
            }
        ),
        .count("history.size", "lines of history that are kept", \.historySize, minimum: 0),
        .choice("on-error", "what a failing line of a script does", \.onError),
        .toggle("timing", "whether each answer shows its phases", \.timing),
    ]
}
