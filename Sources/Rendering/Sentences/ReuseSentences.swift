package import HTTPModel

/// Why a request got the connection it got, as machine codes and in words (POOL.md rule 52).
package enum ReuseSentences {
    /// The machine code, such as `closed:peer_closed`; an interface.
    package static func code(_ code: NewConnectionReason.Code) -> String {
        switch code {
        case .noneYet: "none_yet"
        case .allBusy: "all_busy"
        case .closed(_, let reason, _): "closed:\(reason.rawValue)"
        case .keyDiffers(let part): "key_differs:\(part.rawValue)"
        case .fresh: "fresh"
        case .warmed: "warmed"
        case .spare: "spare"
        }
    }

    /// A few words that can follow `new:`, such as `#1 closed by peer after 5.0 s idle`.
    ///
    /// A retry gets a fresh connection without having been asked to by the user.
    package static func sentence(
        _ code: NewConnectionReason.Code,
        isRetry: Bool = false
    ) -> String {
        switch code {
        case .noneYet: "first to this origin"
        case .allBusy(let count): "all \(count) busy"
        case .closed(let connection, let reason, let idle):
            "\(connection) \(CloseSentences.sentence(reason, idle: idle))"
        case .keyDiffers(let part): Self.other(part)
        case .fresh: isRetry ? "fresh for the retry" : "--fresh"
        case .warmed: "opened ahead of need"
        case .spare: "opened for another request"
        }
    }

    /// A whole sentence: why there was none to reuse, and what changes that.
    package static func explanation(
        _ code: NewConnectionReason.Code,
        limits: PoolLimits? = nil
    ) -> String {
        switch code {
        case .noneYet: "No connection to this origin had been opened before in this session."
        case .allBusy(let count):
            (count == 1
                ? "The only connection was busy with another request"
                : "All \(count) connections were busy with other requests")
                + ", and pool.size left room for one more;"
                + " `pool size \(count)` would make requests wait instead."
        case .closed(let connection, let reason, let idle):
            "\(connection) would have served, but it had closed. "
                + CloseSentences.explanation(reason, idle: idle, limits: limits)
        case .keyDiffers(let part):
            "The open connections were made with \(Self.other(part));"
                + " requests share a connection only where that is the same."
        case .fresh:
            "A connection was asked for that no request had used before: by --fresh,"
                + " or because the request was sent again."
        case .warmed:
            "`pool warm` had opened it ahead of need, and this was its first request."
        case .spare:
            "It had been opened for a request that then got another connection or was cancelled,"
                + " and this was its first request."
        }
    }

    /// The machine code of what was found at one connection, such as `busy`.
    package static func code(_ finding: NewConnectionReason.Finding) -> String {
        switch finding {
        case .connecting: "connecting"
        case .busy: "busy"
        case .streamsFull: "streams_full"
        case .closing(let reason): "closing:\(reason.rawValue)"
        case .closed(let reason): "closed:\(reason.rawValue)"
        case .keyDiffers(let part): "key_differs:\(part.rawValue)"
        case .freshWanted: "fresh_wanted"
        case .taken: "taken"
        case .notNeeded: "not_needed"
        }
    }

    /// Why one connection did not serve, in words that can follow its number.
    package static func sentence(_ finding: NewConnectionReason.Finding) -> String {
        switch finding {
        case .connecting: "still being opened"
        case .busy(let label?): "busy with \(Sanitizer.line(label.description))"
        case .busy(nil): "busy"
        case .streamsFull(let count): "\(CountText.all(count, "stream")) in use"
        case .closing(let reason): "closing: \(CloseSentences.words(reason))"
        case .closed(let reason): CloseSentences.sentence(reason)
        case .keyDiffers(let part): "open, but with \(Self.other(part))"
        case .freshWanted: "usable, but a new connection was asked for"
        case .taken: "usable, and taken"
        case .notNeeded: "usable too, and not needed"
        }
    }

    /// The use of a connection: `#1 reused (2nd request, idle 3.2 s)`, `#2 new: all 1 busy`.
    package static func use(_ use: ConnectionUse, isRetry: Bool = false) -> String {
        switch use.decision {
        case .reused(let idle):
            let nth = CountText.ordinal(use.requestNumber, "request")
            // Handed over directly, it has not been idle: there is nothing to tell.
            let idled = idle > .zero ? ", idle \(DurationText.text(idle))" : ""
            return "\(use.connection) reused (\(nth)\(idled))"
        case .stream(let beside):
            let nth = CountText.ordinal(use.requestNumber, "request")
            return "\(use.connection) reused (\(nth), beside \(CountText.text(beside, "other")))"
        case .new(let reason):
            return "\(use.connection) new: \(Self.sentence(reason.code, isRetry: isRetry))"
        }
    }

    /// What the handshake cost or saved: `saved 1.4 ms`, `handshake 1.4 ms`; empty if unknown.
    ///
    /// After a wait nothing is said to be saved: a new connection would have been quicker.
    package static func handshake(_ use: ConnectionUse) -> String {
        guard let handshake = use.handshake else { return "" }
        let cost = DurationText.text(handshake.total)
        switch use.decision {
        case .reused, .stream: return use.wait == nil ? "saved \(cost)" : ""
        case .new(let reason): return (reason.code.isStock ? "saved " : "handshake ") + cost
        }
    }

    private static func other(_ part: ConnectionKeyPart) -> String {
        switch part {
        case .tls: "other TLS settings"
        case .version: "another HTTP version"
        case .route: "another proxy or route"
        case .addressing: "other addresses (connect.*)"
        }
    }
}
