/// Content types by the ending of a file's name.
enum MediaTypes {
    private static let byEnding: [String: String] = [
        "json": "application/json", "txt": "text/plain; charset=utf-8",
        "html": "text/html; charset=utf-8", "htm": "text/html; charset=utf-8",
        "xml": "application/xml", "csv": "text/csv; charset=utf-8", "css": "text/css",
        "js": "text/javascript", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg",
        "gif": "image/gif", "svg": "image/svg+xml", "webp": "image/webp", "pdf": "application/pdf",
        "zip": "application/zip", "gz": "application/gzip", "tar": "application/x-tar",
        "yaml": "application/yaml", "yml": "application/yaml", "md": "text/markdown; charset=utf-8",
        "mp3": "audio/mpeg", "mp4": "video/mp4", "wasm": "application/wasm",
    ]

    /// The content type of a file with this name; octets if nothing is known.
    static func type(ofFile name: String) -> String {
        guard let dot = name.lastIndex(of: ".") else { return Self.unknown }
        return Self.byEnding[name[name.index(after: dot)...].lowercased()] ?? Self.unknown
    }

    /// What stands for no knowledge.
    static let unknown = "application/octet-stream"
}
