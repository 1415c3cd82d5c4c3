extension CurlOption {
    /// All options of curl 8, with what becomes of each.
    static let all: [CurlOption] =
        Self.requestOptions + Self.settings + Self.refusals
        + Self.options(Self.outputSwitches, takeValue: false, .output)
        + Self.options(Self.outputValues, takeValue: true, .output)
        + Self.options(Self.harmlessSwitches, takeValue: false, .noEffect)
        + Self.options(Self.harmlessValues, takeValue: true, .noEffect)
        + Self.options(Self.foreignSwitches, takeValue: false, .refused(.otherProtocol))
        + Self.options(Self.foreignValues, takeValue: true, .refused(.otherProtocol))

    /// Makes options of a list in which `name/x` has the short form `-x`.
    private static func options(
        _ list: String,
        takeValue: Bool,
        _ meaning: Meaning
    ) -> [CurlOption] {
        list.split(whereSeparator: \.isWhitespace).map { item in
            let parts = item.split(separator: "/", maxSplits: 1)
            return CurlOption(
                name: String(parts[0]),
                letter: parts.count == 2 ? parts[1].first : nil,
                takesValue: takeValue,
                meaning: meaning
            )
        }
    }

    private static func value(
        _ name: String,
        _ letter: Character? = nil,
        _ meaning: Meaning
    ) -> CurlOption {
        CurlOption(name: name, letter: letter, takesValue: true, meaning: meaning)
    }

    private static func toggle(
        _ name: String,
        _ letter: Character? = nil,
        _ meaning: Meaning
    ) -> CurlOption {
        CurlOption(name: name, letter: letter, takesValue: false, meaning: meaning)
    }

    // MARK: What makes the request

    private static let requestOptions: [CurlOption] = [
        value("url", nil, .request(.url)),
        value("url-query", nil, .request(.urlQuery)),
        toggle("next", ":", .request(.next)),
        value("request", "X", .request(.method)),
        toggle("head", "I", .request(.head)),
        toggle("get", "G", .request(.get)),
        value("header", "H", .request(.header)),
        value("user-agent", "A", .request(.userAgent)),
        value("referer", "e", .request(.referer)),
        value("cookie", "b", .request(.cookie)),
        value("range", "r", .request(.range)),
        toggle("compressed", nil, .request(.compressed)),
        value("data", "d", .request(.data(.ascii))),
        value("data-ascii", nil, .request(.data(.ascii))),
        value("data-binary", nil, .request(.data(.binary))),
        value("data-raw", nil, .request(.data(.raw))),
        value("data-urlencode", nil, .request(.data(.encoded))),
        value("json", nil, .request(.data(.json))),
        value("form", "F", .request(.form)),
        value("form-string", nil, .request(.formString)),
        value("upload-file", "T", .request(.upload)),
        value("user", "u", .request(.user)),
        toggle("basic", nil, .request(.basic)),
        toggle("digest", nil, .request(.digest)),
        value("oauth2-bearer", nil, .request(.bearer)),
        toggle("location", "L", .request(.location)),
        value("max-time", "m", .request(.maxTime)),
        value("output", "o", .request(.output)),
        toggle("remote-name", "O", .request(.remoteName)),
        toggle("globoff", "g", .request(.globOff)),
        toggle("path-as-is", nil, .request(.pathAsIs)),
        toggle("http2", nil, .request(.http2)),
        toggle("http2-prior-knowledge", nil, .request(.priorKnowledge)),
        toggle("insecure", "k", .request(.insecure)),
        value("max-redirs", nil, .request(.maxRedirects)),
    ]

    private static let settings: [CurlOption] = [
        value("proxy", "x", .setting("proxy", isNeeded: true)),
        value("unix-socket", nil, .setting("connect.unix", isNeeded: true)),
        value("resolve", nil, .setting("connect.resolve", isNeeded: true)),
        value("connect-to", nil, .setting("connect.resolve", isNeeded: true)),
        value("interface", nil, .setting("connect.source", isNeeded: true)),
        value("cert", "E", .setting("tls.cert", isNeeded: true)),
        value("key", nil, .setting("tls.key", isNeeded: true)),
        value("cacert", nil, .setting("tls.ca", isNeeded: false)),
        value("connect-timeout", nil, .setting("timeout.connect", isNeeded: false)),
        value("retry", nil, .setting("retry.max", isNeeded: false)),
        toggle("ipv4", "4", .advised(.setting(name: "connect.family", value: "4"))),
        toggle("ipv6", "6", .advised(.setting(name: "connect.family", value: "6"))),
        toggle("tlsv1.2", nil, .advised(.setting(name: "tls.min", value: "1.2"))),
        toggle("tlsv1.3", nil, .advised(.setting(name: "tls.min", value: "1.3"))),
        value("cookie-jar", "c", .advised(.line("cookies save FILE"))),
        toggle(
            "location-trusted",
            nil,
            .refused(.unsupported("credentials stay with their origin"))
        ),
        toggle("fail", "f", .advised(.line("linger --check-status"))),
        toggle("fail-with-body", nil, .advised(.line("linger --check-status"))),
        value("parallel-max", nil, .advised(.line("10x4 get URL"))),
        toggle("parallel", "Z", .advised(.line("10x4 get URL"))),
        toggle("netrc", "n", .refused(.line("auth netrc"))),
        toggle("netrc-optional", nil, .refused(.line("auth netrc"))),
        value("netrc-file", nil, .refused(.line("auth netrc"))),
    ]

    private static let refusals: [CurlOption] =
        Self.options(
            "anyauth ntlm ntlm-wb negotiate",
            takeValue: false,
            .refused(.unsupported("basic, digest and bearer are what linger can do"))
        )
        + Self.options(
            "aws-sigv4",
            takeValue: true,
            .refused(.unsupported("basic, digest and bearer are what linger can do"))
        )
        + Self.options(
            "config/K",
            takeValue: true,
            .refused(.unsupported("write the options of the file into the line"))
        )
        + Self.options(
            """
            proxy-user/U preproxy socks4 socks4a socks5 socks5-hostname proxy1.0 proxy-header
            noproxy
            """,
            takeValue: true,
            .refused(.setting(name: "proxy", value: "URL"))
        )
        + Self.options(
            "http1.0/0 http0.9 http3-only",
            takeValue: false,
            .refused(.unsupported("HTTP/1.1 and HTTP/2 are what linger speaks"))
        )
        + Self.options(
            "tr-encoding",
            takeValue: false,
            .refused(.line("-H 'TE: gzip'"))
        )
        + Self.options("time-cond/z", takeValue: true, .refused(.line("-H 'If-Modified-Since: …'")))
        + Self.options("etag-compare", takeValue: true, .refused(.line("-H 'If-None-Match: …'")))
        + Self.options("continue-at/C", takeValue: true, .refused(.line("-H 'Range: bytes=N-'")))
        + Self.options(
            "request-target",
            takeValue: true,
            .refused(.unsupported("the target is that of the URL"))
        )
        + Self.options(
            "abstract-unix-socket doh-url local-port haproxy-clientip",
            takeValue: true,
            .refused(.unsupported("linger connects by name, address or connect.unix"))
        )
        + Self.options(
            "haproxy-protocol",
            takeValue: false,
            .refused(.unsupported("linger sends no PROXY line"))
        )
        + Self.options(
            "variable",
            takeValue: true,
            .refused(.unsupported("write the value into the line"))
        )
        + Self.options(
            "crlf",
            takeValue: false,
            .refused(.unsupported("content is sent as it is"))
        )

    // MARK: What makes no difference to it

    private static let outputSwitches = """
        include/i show-headers silent/s show-error/S verbose/v progress-bar/# progress-meter
        no-progress-meter styled-output remote-header-name/J remote-name-all remote-time/R
        create-dirs clobber remove-on-error trace-time trace-ids xattr fail-early
        suppress-connect-headers raw disable/q manual/M version/V skip-existing
        """

    private static let outputValues = """
        write-out/w dump-header/D trace trace-ascii trace-config stderr output-dir libcurl
        create-file-mode etag-save help/h
        """

    private static let harmlessSwitches = """
        http1.1 http3 buffer no-buffer/N keepalive sessionid alpn npn no-npn tcp-nodelay
        tcp-fastopen post301 post302 post303 junk-session-cookies/j use-ascii/B
        ignore-content-length disallow-username-in-url retry-all-errors retry-connrefused
        parallel-immediate false-start ssl ssl-reqd ssl-allow-beast ssl-no-revoke
        ssl-revoke-best-effort ssl-auto-client-cert tlsv1/1 tlsv1.0 tlsv1.1 cert-status
        doh-insecure doh-cert-status proxytunnel/p form-escape ca-native location-mode mptcp
        """

    private static let harmlessValues = """
        keepalive-time keepalive-cnt expect100-timeout happy-eyeballs-timeout-ms limit-rate
        max-filesize speed-limit/Y speed-time/y rate retry-delay retry-max-time ciphers curves
        tls13-ciphers tls-max capath crlfile cert-type key-type pass pinnedpubkey engine
        egd-file random-file hsts alt-svc dns-servers dns-interface dns-ipv4-addr dns-ipv6-addr
        proto proto-default proto-redir proxy-cacert proxy-cert proxy-key proxy-ciphers
        proxy-capath proxy-cert-type proxy-key-type proxy-pass proxy-crlfile
        proxy-pinnedpubkey proxy-tls13-ciphers ech ip-tos vlan-priority signature-algorithms
        """

    // MARK: Other protocols, other schemes

    private static let foreignSwitches = """
        append/a list-only/l disable-eprt disable-epsv ftp-create-dirs ftp-pasv ftp-pret
        ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-control mail-rcpt-allowfails sasl-ir
        tftp-no-options compressed-ssh metalink proxy-anyauth proxy-basic proxy-digest
        proxy-negotiate proxy-ntlm proxy-insecure socks5-basic socks5-gssapi socks5-gssapi-nec
        sslv2/2 sslv3/3 proxy-tlsv1 proxy-http2 proxy-ssl-allow-beast
        proxy-ssl-auto-client-cert
        """

    private static let foreignValues = """
        ftp-account ftp-alternative-to-user ftp-method ftp-port/P ftp-ssl-ccc-mode
        hostpubmd5 hostpubsha256 krb login-options mail-auth mail-from mail-rcpt pubkey quote/Q
        sasl-authzid service-name socks5-gssapi-service telnet-option/t tftp-blksize
        delegation tlsauthtype tlspassword tlsuser proxy-service-name proxy-tlsauthtype
        proxy-tlspassword proxy-tlsuser
        """
}
