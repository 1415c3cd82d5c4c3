// swift-tools-version: 6.2
import PackageDescription

/// Settings that every target of ours is built with.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

// Products of other packages, by the name that targets use below.
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let dequeModule = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heapModule = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK = Target.Dependency.product(name: "NIOHPACK", package: "swift-nio-http2")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let argumentParser = Target.Dependency.product(
    name: "ArgumentParser",
    package: "swift-argument-parser"
)
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let unixSignals = Target.Dependency.product(
    name: "UnixSignals",
    package: "swift-service-lifecycle"
)

let package = Package(
    name: "linger",
    products: [
        .executable(name: "linger", targets: ["linger"])
    ],
    dependencies: [
        // Field names, fields in order, methods, statuses: the currency of every layer.
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        // Deque: queues, the pool's among them, and rings of recent events.
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        // Sockets, the event loop, the HTTP/1.1 codec.
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        // HTTP/2: frames, field compression, flow control.
        .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
        // TLS.
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        // Certificate chains: verification with reasons, subjects, expiry.
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
        // Reading the certificates of a chain, for swift-certificates.
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
        // Digest authentication: MD5, SHA-256, SHA-512/256; what a content is expected to hash to.
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        // The command line and completion scripts for bash, zsh and fish.
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        // Children: filters behind `|` and `!`.
        .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.2"),
        // File descriptors that children get.
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
        // UnixSignals: TERM and HUP, and INT where there is no prompt.
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle.git",
            from: "2.13.0"
        ),
        // Descriptions of services in YAML.
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        // Percentiles of latencies.
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift.git", from: "0.2.0"),
    ],
    targets: [
        // Values that every layer speaks.
        .target(name: "HTTPModel", dependencies: [httpTypes], swiftSettings: strict),
        // JSONPath queries and regular expressions that cannot run away.
        .target(name: "JSONPath", dependencies: ["HTTPModel"], swiftSettings: strict),
        // The pool as a pure state machine.
        .target(name: "Pooling", dependencies: ["HTTPModel", dequeModule], swiftSettings: strict),
        // The system's zlib, for gzip and deflate.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // The system's decoders, and for tests encoders, of the content codings br and zstd.
        .systemLibrary(
            name: "CBrotli",
            pkgConfig: "libbrotlidec",
            providers: [.apt(["libbrotli-dev"])]
        ),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        // Sockets: resolve, dial, TLS, HTTP/1.1 and HTTP/2, content decoding, and the pool's driver.
        .target(
            name: "HTTPTransport",
            dependencies: [
                "HTTPModel", "Pooling", "CZlib", "CBrotli", "CZstd", httpTypes, dequeModule,
                heapModule, nioCore, nioPosix, nioHTTP2, nioHPACK, nioTLS, nioSSL, x509, asn1,
                systemPackage,
            ],
            swiftSettings: strict
        ),
        // The system's list of public suffixes, for the domains of cookies.
        .systemLibrary(name: "CPSL", pkgConfig: "libpsl", providers: [.apt(["libpsl-dev"])]),
        // Internationalised host names (IDNA 2008, UTS 46).
        .systemLibrary(name: "CIDN2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),
        // Cookies, default fields, redirects, authentication, retries, the exchange log.
        .target(
            name: "HTTPSession",
            dependencies: [
                "HTTPModel", "CPSL", "CIDN2", httpTypes, dequeModule, crypto, cryptoExtras,
            ],
            swiftSettings: strict
        ),
        // The `.http` session file: reader, writer, expectations.
        .target(
            name: "SessionFiles",
            dependencies: ["HTTPModel", "JSONPath", "ShellLanguage", crypto],
            swiftSettings: strict
        ),
        // Descriptions of services: OpenAPI 2.0, 3.0, 3.1 in JSON and YAML.
        .target(name: "OpenAPI", dependencies: ["HTTPModel", yams], swiftSettings: strict),
        // The shell language: words, items, lines, diagnostics.
        .target(name: "ShellLanguage", swiftSettings: strict),
        // What people see: styles, widths, tables, JSON, sentences.
        .target(
            name: "Rendering",
            dependencies: ["HTTPModel", httpTypes, histogram],
            swiftSettings: strict
        ),
        // libedit, with its variadic calls wrapped.
        .systemLibrary(name: "CEditLine", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
        // The prompt: a line in, history, notices above it.
        .target(name: "LineEditing", dependencies: ["CEditLine"], swiftSettings: strict),
        // The evaluator and its commands, one file a command.
        .target(
            name: "Shell",
            dependencies: [
                "HTTPModel", "HTTPSession", "JSONPath", "SessionFiles", "OpenAPI", "ShellLanguage",
                "Rendering", "LineEditing", httpTypes, dequeModule, subprocess, systemPackage,
            ],
            swiftSettings: strict
        ),
        // The embedded demo API, which misbehaves on request.
        .target(
            name: "DemoServer",
            dependencies: [
                nioCore, nioPosix, nioHTTP1, nioHTTP2, nioSSL, x509, asn1, crypto, "CZlib",
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "linger",
            dependencies: [
                "Shell", "HTTPTransport", "DemoServer", "HTTPModel", "HTTPSession",
                "LineEditing", argumentParser, unixSignals, nioCore, nioPosix,
            ],
            swiftSettings: strict
        ),

        // Speed and memory beside other programs, in one run.
        .executableTarget(
            name: "linger-bench",
            dependencies: [
                "TestSupport", "HTTPModel", "Pooling", "Rendering", "SessionFiles",
                argumentParser,
            ],
            swiftSettings: strict
        ),

        // What tests share: seeds, processes, terminals, servers that misbehave, real servers.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .target(
            name: "TestTransport",
            dependencies: ["HTTPModel", httpTypes],
            path: "Tests/TestTransport",
            swiftSettings: strict
        ),
        // A prompt that tests drive at a pseudo-terminal.
        .executableTarget(
            name: "LineEditingProbe",
            dependencies: ["LineEditing"],
            path: "Tests/LineEditingProbe",
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPModelTests",
            dependencies: ["HTTPModel", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "JSONPathTests",
            dependencies: ["JSONPath", "HTTPModel", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PoolingTests",
            dependencies: ["Pooling", "HTTPModel", "Rendering", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPTransportTests",
            dependencies: [
                "HTTPTransport", "HTTPSession", "HTTPModel", "TestSupport", "CZlib", "CBrotli",
                "CZstd",
                httpTypes, nioCore, nioPosix, nioHPACK, nioTLS, nioSSL, nioEmbedded, systemPackage,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPSessionTests",
            dependencies: ["HTTPSession", "HTTPModel", "TestSupport", "TestTransport", httpTypes],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SessionFilesTests",
            dependencies: ["SessionFiles", "HTTPModel", "JSONPath", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ShellLanguageTests",
            dependencies: ["ShellLanguage", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "OpenAPITests",
            dependencies: ["OpenAPI", "HTTPModel", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ShellTests",
            dependencies: [
                "Shell", "OpenAPI", "ShellLanguage", "LineEditing", "HTTPModel", "HTTPSession",
                "TestSupport", "TestTransport", httpTypes,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RenderingTests",
            dependencies: ["Rendering", "HTTPModel", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LineEditingTests",
            dependencies: ["LineEditing", "TestSupport", "LineEditingProbe"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DemoServerTests",
            dependencies: ["DemoServer", "TestSupport", "CZlib", nioCore, nioPosix, nioHTTP1],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TestSupportTests",
            dependencies: ["TestSupport"],
            swiftSettings: strict
        ),
        // The built program, as a person or a script uses it.
        .testTarget(
            name: "LingerTests",
            dependencies: [
                "linger", "Shell", "ShellLanguage", "HTTPModel", "Rendering", "TestSupport",
            ],
            swiftSettings: strict
        ),
        // The rules of the source tree, as tests.
        .testTarget(
            name: "TidyTests",
            dependencies: ["Shell", "ShellLanguage"],
            swiftSettings: strict
        ),
    ]
)

// Only where `.ci/fuzz` asks for it: it links with the compiler's fuzzer, which has a `main`.
if Context.environment["LINGER_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "linger-fuzz",
            dependencies: ["HTTPModel", "JSONPath", "SessionFiles"],
            path: "Tests/Fuzzing",
            swiftSettings: strict
        )
    )
}

// Only where `.ci/sanitizers` asks for it: what the tests of the transport need and no more, so
// that a build of its own is short.
if Context.environment["LINGER_TRANSPORT_ONLY"] != nil {
    let kept: Set = [
        "HTTPModel", "Pooling", "HTTPTransport", "HTTPSession", "TestSupport", "HTTPTransportTests",
        "CZlib", "CBrotli", "CZstd", "CPSL", "CIDN2",
    ]
    package.products = []
    package.targets.removeAll { !kept.contains($0.name) }
}
