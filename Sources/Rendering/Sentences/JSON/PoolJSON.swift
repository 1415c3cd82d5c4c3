package import HTTPModel

/// The `pool` object of `--json`: state, limits, origins and the queue.
package enum PoolJSON {
    /// The object on one line; limits that are off are null.
    package static func line(for snapshot: PoolSnapshot) -> String {
        JSONLine.text("pool") { object in
            object.member("open", snapshot.connections.count)
            object.member("connecting", snapshot.count(.connecting))
            object.member("idle", snapshot.count(.idle))
            object.member("busy", snapshot.count(.busy))
            object.member("draining", snapshot.count(.draining))
            object.member("closing", snapshot.count(.closing))
            object.member("paused", snapshot.isPaused)
            object.strings("pausedOrigins", snapshot.pausedOrigins.map(\.description))
            Self.writeResizes(snapshot.resizes, to: &object)
            Self.writeLimits(snapshot.limits, to: &object)
            Self.writeOrigins(of: snapshot, to: &object)
            Self.writeWaiting(snapshot.waiting, to: &object)
        }
    }

    private static func writeLimits(_ limits: PoolLimits, to object: inout JSONWriter.Object) {
        object.object("limits") { object in
            object.member("size", limits.perOrigin)
            object.member("total", limits.total)
            object.member("idle", limits.idle)
            object.milliseconds("idleTimeoutMs", limits.idleTimeout)
            object.milliseconds("maxAgeMs", limits.maxAge)
            object.member("maxUses", limits.maxUses)
            object.milliseconds("queueTimeoutMs", limits.queueTimeout)
            object.member("reuse", limits.reuseOrder.rawValue)
        }
    }

    private static func writeOrigins(
        of snapshot: PoolSnapshot,
        to object: inout JSONWriter.Object
    ) {
        let grouped = Dictionary(grouping: snapshot.connections, by: \.key.origin)
        // An override is told even where nothing is open.
        let origins = Set(grouped.keys).union(snapshot.limits.perOriginOverrides.keys).sorted()
        object.array("origins") { array in
            for origin in origins {
                let connections = grouped[origin] ?? []
                array.object { element in
                    element.member("origin", origin.description)
                    element.member("size", snapshot.limits.perOrigin(for: origin))
                    element.member("open", connections.count)
                    element.member("idle", connections.count { $0.state == .idle })
                    element.member("busy", connections.count { $0.state == .busy })
                    element.member("draining", connections.count { $0.state == .draining })
                    element.member("waiting", snapshot.waiting.count { $0.key.origin == origin })
                }
            }
        }
    }

    /// Lowered limits that the pool is still above (POOL.md rule 31).
    private static func writeResizes(
        _ resizes: [ResizeProgress],
        to object: inout JSONWriter.Object
    ) {
        object.array("resizes") { array in
            for resize in resizes {
                array.object { element in
                    element.member("limit", ResizeLine.name(resize.limit))
                    element.member("old", resize.old)
                    element.member("new", resize.new)
                    element.member("busy", resize.busy)
                    element.member("over", resize.over)
                }
            }
        }
    }

    private static func writeWaiting(
        _ waiting: [WaitingSnapshot],
        to object: inout JSONWriter.Object
    ) {
        object.array("waiting") { array in
            for request in waiting {
                array.object { element in
                    element.member("req", request.request.exchange)
                    element.member("attempt", request.request.attempt)
                    element.member("method", request.label.method)
                    element.member("target", request.label.target)
                    element.member("key", request.key.description)
                    element.milliseconds("waitMs", request.waitingFor)
                    element.member("reason", WaitSentences.code(request.cause))
                }
            }
        }
    }
}
