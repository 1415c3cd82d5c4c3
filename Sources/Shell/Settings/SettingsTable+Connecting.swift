import HTTPModel
import HTTPSession
import ShellLanguage

/// The settings of how connections are made: whom we trust, who we are, and which way they go.
extension SettingsTable {
    /// `tls.*`.
    static let trust: [Setting] = [
        .toggle(
            "tls.verify",
            "whether certificates are verified",
            \.connections.tls.verifiesCertificates
        ),
        .pemFile(
            "tls.ca",
            "a PEM file of trusted roots, or system",
            \.connections.tls.trustRoots,
            absent: "system"
        ) { $0.holdsCertificate },
        .pemFile(
            "tls.cert",
            "a PEM file with our certificate, or none",
            \.connections.tls.certificate,
            absent: "none"
        ) { $0.holdsCertificate },
        .pemFile(
            "tls.key",
            "a PEM file with its private key, or none; an encrypted one asks",
            \.connections.tls.key,
            absent: "none"
        ) { $0.holdsKey },
        .choice("tls.min", "the lowest TLS version offered", \.connections.tls.minimumVersion),
        Setting(
            name: "tls.sni",
            summary: "the name the server is asked for and must have",
            expected: "host, none, or a host name",
            get: { values in
                switch values.connections.tls.serverName {
                case .host: "host"
                case .none: "none"
                case .name(let name): name
                }
            },
            set: { values, text in
                switch text {
                case "host": values.connections.tls.serverName = .host
                case "none": values.connections.tls.serverName = .none
                default:
                    guard let host = Self.host(text) else { return false }
                    values.connections.tls.serverName = .name(host)
                }
                return true
            }
        ),
    ]

    /// `proxy` and `connect.*`.
    static let route: [Setting] = [
        Setting(
            name: "proxy",
            summary: "the proxy that requests go through",
            expected:
                "environment, off, or http://, socks5:// or socks5h://[USER:PASSWORD@]HOST:PORT",
            get: { Self.text($0.connections.proxy, proxy: \.description) },
            set: { values, text in
                switch text {
                case "environment":
                    values.connections.proxy = .environment(values.environmentProxies)
                case "off", "none": values.connections.proxy = .off
                default:
                    guard let proxy = try? Proxy(text) else { return false }
                    values.connections.proxy = .always(proxy)
                }
                return true
            },
            reveal: { Self.text($0.connections.proxy, proxy: \.revealed) }
        ),
        Setting(
            name: "connect.resolve",
            summary: "addresses for host names, instead of a look-up",
            expected: "HOST=ADDRESS, several separated by commas, or none",
            get: { values in
                let overrides = values.connections.addressing.overrides
                return overrides.isEmpty
                    ? "none" : overrides.map(\.description).joined(separator: ",")
            },
            set: { values, text in
                if text == "none" {
                    values.connections.addressing.overrides = []
                    return true
                }
                let words = text.split(separator: ",", omittingEmptySubsequences: false)
                let overrides = words.compactMap { HostOverride(String($0)) }
                guard overrides.count == words.count else { return false }
                values.connections.addressing.overrides = overrides
                return true
            }
        ),
        Setting(
            name: "connect.unix",
            summary: "the Unix-domain socket that connections go to",
            expected: "none, or a path of at most 107 bytes",
            get: { $0.connections.addressing.unixPath ?? "none" },
            set: { values, text in
                // As much as `sockaddr_un` holds, with its end.
                guard !text.isEmpty, text.utf8.count <= 107 else { return false }
                values.connections.addressing.unixPath = text == "none" ? nil : text
                return true
            },
            takesPath: true
        ),
        .choice("connect.family", "which addresses are used", \.connections.addressing.family),
        Setting(
            name: "connect.source",
            summary: "the local address of connections",
            expected: "none, or an address of this machine",
            get: { $0.connections.addressing.source ?? "none" },
            set: { values, text in
                if text == "none" {
                    values.connections.addressing.source = nil
                    return true
                }
                guard let address = IPAddress(text) else { return false }
                values.connections.addressing.source = address.text
                return true
            }
        ),
    ]

    private static func text(
        _ choice: ProxyChoice,
        proxy: (Proxy) -> String
    ) -> String {
        switch choice {
        case .off: "off"
        case .environment: "environment"
        case .always(let chosen): proxy(chosen)
        }
    }

    /// A host as a URL has it; nil if it could not stand there.
    private static func host(_ text: String) -> String? {
        guard let target = try? URI("https://\(text)/"), target.origin.port == 443,
            target.userInfo == nil, target.path == "/"
        else { return nil }
        return target.origin.host
    }
}

extension Setting {
    /// A PEM file, read when it is named: a handshake is too late to find out that it cannot be.
    fileprivate static func pemFile(
        _ name: String,
        _ summary: String,
        _ path: any WritableKeyPath<SettingsValues, PEMFile?> & Sendable,
        absent: String,
        isFit: @escaping @Sendable (PEMFile) -> Bool
    ) -> Setting {
        Setting(
            name: name,
            summary: summary,
            expected: "\(absent), or the path of a readable PEM file",
            get: { $0[keyPath: path]?.path ?? absent },
            set: { values, text in
                if text == absent {
                    values[keyPath: path] = nil
                    return true
                }
                guard let contents = try? Files.read(text) else { return false }
                let file = PEMFile(path: text, contents: contents)
                guard isFit(file) else { return false }
                values[keyPath: path] = file
                return true
            },
            takesPath: true
        )
    }
}
