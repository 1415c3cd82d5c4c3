package import HTTPModel

/// The `connection` object of `--json`: one for each row of `sockets`.
package enum ConnectionJSON {
    /// The object on one line; what is not known is null.
    package static func line(for connection: ConnectionSnapshot) -> String {
        JSONLine.text("connection") { object in
            object.member("id", connection.id.number)
            object.member("origin", connection.key.origin.description)
            object.member("protocol", connection.facts.applicationProtocol)
            object.member("state", connection.state.rawValue)
            object.milliseconds("ageMs", connection.age)
            object.milliseconds("idleMs", connection.idleFor)
            object.member("streams", connection.streams?.active)
            object.member("maxStreams", connection.streams?.limit)
            object.member("requests", connection.requestCount)
            object.member("bytesIn", connection.bytesIn)
            object.member("bytesOut", connection.bytesOut)
            object.member("rttUs", connection.tcp.map { Self.microseconds($0.roundTripTime) })
            object.member("local", connection.facts.localAddress)
            object.member("remote", connection.facts.remoteAddress)
            object.member("closeReason", connection.closeReason?.rawValue)
            object.member("closedBy", connection.closeReason?.closer.rawValue)
            if !connection.facts.unsolicited.isEmpty {
                object.member("unsolicited", Sanitizer.line(connection.facts.unsolicited))
            }
            object.member("route", connection.key.route.code)
            object.member("proxy", connection.key.route.proxy?.description)
            Self.write(connection.facts.tls, to: &object)
        }
    }

    /// Writes what is known of TLS: null for cleartext.
    private static func write(_ facts: TLSFacts?, to object: inout JSONWriter.Object) {
        guard let facts else { return object.null("tls") }
        object.object("tls") { object in
            object.member("version", facts.version)
            object.member("alpn", facts.alpn)
            object.member("verified", facts.isVerified)
            object.array("certificates") { array in
                for certificate in facts.certificates {
                    array.object { element in
                        element.member("subject", certificate.subject)
                        element.member("issuer", certificate.issuer)
                        element.strings("names", certificate.names)
                        element.member("expires", certificate.expiry)
                    }
                }
            }
        }
    }

    /// Whole microseconds, which is what the kernel counts in.
    private static func microseconds(_ duration: Duration) -> Int {
        Int(duration.wholeNanoseconds / 1000)
    }
}
