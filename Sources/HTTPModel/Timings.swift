/// How long each phase of an attempt took; a phase that did not happen is nil, never zero.
package struct Timings: Sendable, Hashable {
    /// Waiting for a connection or for a place under a limit.
    package var queue: Duration?
    /// Resolving the host name.
    package var dns: Duration?
    /// Opening the TCP connection.
    package var connect: Duration?
    /// Agreeing on TLS.
    package var tls: Duration?
    /// Writing the request.
    package var send: Duration?
    /// From the end of the request to the first byte of the response.
    package var wait: Duration?
    /// From the first to the last byte of the response.
    package var receive: Duration?
    /// From issuing the attempt to its end.
    package var total: Duration

    /// Creates timings.
    package init(
        queue: Duration? = nil,
        dns: Duration? = nil,
        connect: Duration? = nil,
        tls: Duration? = nil,
        send: Duration? = nil,
        wait: Duration? = nil,
        receive: Duration? = nil,
        total: Duration = .zero
    ) {
        self.queue = queue
        self.dns = dns
        self.connect = connect
        self.tls = tls
        self.send = send
        self.wait = wait
        self.receive = receive
        self.total = total
    }

    /// The phases in the order in which they happen, with their names.
    package var phases: [(name: String, duration: Duration?)] {
        [
            ("queue", self.queue), ("dns", self.dns), ("connect", self.connect),
            ("tls", self.tls), ("send", self.send), ("wait", self.wait),
            ("receive", self.receive),
        ]
    }
}

/// What opening a connection cost, by phase.
package struct HandshakeTimings: Sendable, Hashable {
    /// Resolving the host name; nil for an address, or when it came from the cache.
    package var dns: Duration?
    /// Opening the TCP connection.
    package var connect: Duration
    /// Having a proxy go on to the origin; nil without such a proxy.
    package var proxy: Duration?
    /// Agreeing on TLS; nil for cleartext.
    package var tls: Duration?

    /// Creates handshake timings.
    package init(
        dns: Duration? = nil,
        connect: Duration,
        proxy: Duration? = nil,
        tls: Duration? = nil
    ) {
        self.dns = dns
        self.connect = connect
        self.proxy = proxy
        self.tls = tls
    }

    /// The sum of the phases.
    package var total: Duration {
        (self.dns ?? .zero) + self.connect + (self.proxy ?? .zero) + (self.tls ?? .zero)
    }
}

/// Bytes of one attempt, as counted on the wire above TLS.
package struct ByteCounts: Sendable, Hashable {
    /// Bytes of the request, head and content.
    package var sent: Int
    /// Bytes of the response, head and content.
    package var received: Int
    /// Bytes of the content after decoding.
    package var body: Int

    /// Creates byte counts.
    package init(sent: Int = 0, received: Int = 0, body: Int = 0) {
        self.sent = sent
        self.received = received
        self.body = body
    }
}
