import HTTPModel

/// How long a connection may be kept, as the limits say it.
///
/// In nanoseconds, and without the limits' dictionary: each checkout and release asks for it, and
/// to divide a `Duration` takes longer than either may.
struct Lifespan: Equatable, Sendable {
    /// `pool.idle-timeout`.
    let idle: Int64
    /// The same for a connection that was opened for a request which then did not need it
    /// (POOL.md rule 46).
    let unusedIdle: Int64
    /// `pool.max-age`; nil is off.
    let age: Int64?
    /// `pool.max-uses`; nil is off.
    let uses: Int?

    /// Takes over what limits say.
    init(_ limits: PoolLimits) {
        self.idle = limits.idleTimeout.wholeNanoseconds
        self.unusedIdle = min(self.idle, Connection.unusedIdleTimeout.wholeNanoseconds)
        self.age = limits.maxAge?.wholeNanoseconds
        self.uses = limits.maxUses
    }
}

extension Instant {
    /// The instant so many nanoseconds later; saturates.
    @inline(__always)
    func advanced(byNanoseconds nanoseconds: Int64) -> Instant {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        return Instant(nanoseconds: overflow ? .max : sum)
    }
}
