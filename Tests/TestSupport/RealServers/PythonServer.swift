/// Servers written in Python: an HTTP/1.0 one, and httpbin.
///
///     let plain = try await PythonServer.http10(files: ["small": "hello\n"])
///     let httpbin = try await PythonServer.httpbin()
package enum PythonServer {
    /// Starts `http.server`, which speaks HTTP/1.0 and closes after each response.
    package static func http10(files: [String: String] = ["small": "hello\n"]) async throws
        -> RealServer
    {
        try await RealServer.start(.python) { port, folder in
            for (name, text) in files { try writeFile("\(folder)/\(name)", text) }
            return ["-m", "http.server", "--bind", "127.0.0.1", "--directory", folder, "\(port)"]
        }
    }

    /// Starts httpbin under gunicorn, with threads, and connections that stay open.
    ///
    /// `keepAlive` is how many seconds an idle connection stays open.
    package static func httpbin(keepAlive: Int = 30) async throws -> RealServer {
        try await RealServer.start(.httpbin) { port, folder in
            [
                "-m", "gunicorn", "--worker-class", "gthread", "--threads", "8",
                "--keep-alive", "\(keepAlive)", "--graceful-timeout", "1",
                "--worker-tmp-dir", folder, "--bind", "127.0.0.1:\(port)", "httpbin:app",
            ]
        }
    }
}
