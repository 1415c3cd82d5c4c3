import HTTPSession
import HTTPTypes
import ShellLanguage

/// Fields: their names and usual values.
extension Completer {
    /// Fields that requests have (RFC 9110 and its kin), and usual values.
    private static let known: [(name: String, values: [String])] = [
        (
            "Accept",
            [
                "application/json", "application/xml", "application/octet-stream", "text/html",
                "text/plain", "text/csv", "text/event-stream", "*/*",
            ]
        ),
        ("Accept-Charset", ["utf-8"]),
        ("Accept-Encoding", ["gzip", "deflate", "br", "zstd", "identity"]),
        ("Accept-Language", ["en", "de", "en-GB, en;q=0.8"]),
        ("Authorization", ["Bearer ", "Basic "]),
        ("Cache-Control", ["no-cache", "no-store", "max-age=0", "only-if-cached"]),
        ("Connection", ["keep-alive", "close"]),
        ("Content-Encoding", ["gzip", "deflate", "br", "zstd"]),
        ("Content-Language", ["en"]),
        (
            "Content-Type",
            [
                "application/json", "application/x-www-form-urlencoded", "application/xml",
                "application/merge-patch+json", "application/json-patch+json",
                "application/octet-stream", "text/plain; charset=utf-8", "text/csv",
            ]
        ),
        ("Date", []), ("DNT", ["1"]),
        ("Expect", ["100-continue"]),
        ("Forwarded", ["for=", "proto=https"]),
        ("From", []), ("Host", []),
        ("Idempotency-Key", []),
        ("If-Match", ["*"]), ("If-None-Match", ["*"]),
        ("If-Modified-Since", []), ("If-Range", []), ("If-Unmodified-Since", []),
        ("Last-Event-ID", []), ("Link", []), ("Max-Forwards", []),
        ("Origin", []), ("Pragma", ["no-cache"]),
        ("Prefer", ["return=minimal", "return=representation", "respond-async"]),
        ("Priority", ["u=1", "u=3, i"]),
        ("Range", ["bytes=0-", "bytes=0-1023"]),
        ("Referer", []),
        ("Sec-Fetch-Mode", ["cors", "navigate", "no-cors"]),
        ("TE", ["trailers"]), ("Traceparent", []), ("Tracestate", []),
        ("User-Agent", []), ("Via", []),
        ("X-Api-Key", []), ("X-Correlation-ID", []), ("X-Forwarded-For", []),
        ("X-Forwarded-Host", []), ("X-Forwarded-Proto", ["https", "http"]),
        ("X-HTTP-Method-Override", ["PATCH", "PUT", "DELETE"]),
        ("X-Request-ID", []), ("X-Requested-With", ["XMLHttpRequest"]),
    ]

    /// The names of fields: those of the session first.
    var fieldNames: [String] {
        var names = self.snapshot.fields.map(\.name.rawName)
        names += Self.known.map(\.name)
        var unique: Set<String> = []
        return names.filter { unique.insert($0.lowercased()).inserted }
    }

    /// What a field may hold; values of the session that are secret stay hidden.
    func fieldValues(_ name: String) -> [Offer] {
        let lowered = name.lowercased()
        var values: [Offer] = []
        if !self.snapshot.settings.session.sensitiveFields.contains(lowered) {
            values = self.snapshot.fields.filter { $0.name.rawName.lowercased() == lowered }
                .map { Offer($0.value, "the default now") }
        }
        let usual = Self.known.first { $0.name.lowercased() == lowered }?.values ?? []
        return values
            + usual.map { value in
                let isOpen = value.hasSuffix(" ") || value.hasSuffix("=")
                return Offer(value, suffix: isOpen ? "" : " ")
            }
    }
}
