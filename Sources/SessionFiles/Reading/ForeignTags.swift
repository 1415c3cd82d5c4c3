/// Tags that other tools act on, which ours must not collide with (FILES.md 9.2).
enum ForeignTags {
    /// Those that change what is sent, or whether: a file that has them is understood only in part.
    private static let decisive: Set<String> = [
        "accept", "disabled", "forceRef", "grpc-reflection", "import", "jwt", "keepStreaming",
        "loop", "no-auto-encoding", "no-client-cert", "no-reject-unauthorized", "prompt", "proxy",
        "ratelimit", "ref", "sleep", "ws-subprotocol",
    ]

    /// Those that change only what another tool shows or asks.
    private static let harmless: Set<String> = [
        "debug", "description", "group", "jq", "language", "no-log", "no-response-view", "note",
        "openWith", "save", "secret", "see", "tag", "verbose", "extension", "deprecated",
    ]

    /// Whether another tool knows the tag.
    static func isKnown(_ name: String) -> Bool {
        self.harmless.contains(name) || self.isDecisive(name)
    }

    /// Whether the request means something else without the tag.
    static func isDecisive(_ name: String) -> Bool {
        self.decisive.contains(name) || name.hasPrefix("curl-") || name.hasPrefix("kulala-")
            || name.hasPrefix("grpc-")
    }
}
