package import HTTPModel

/// What timers tell the pool.
extension PoolMachine {
    /// A timer that was armed has run out.
    ///
    /// A timer whose owner has moved on is ignored; one that ran early is armed again.
    package mutating func timerFired(_ timer: PoolTimer, now: Instant) -> [PoolAction] {
        var step = Step(now: now)
        switch timer {
        case .idle(let id): self.idleTimedOut(id, &step)
        case .queue(let id): self.queueTimedOut(id, &step)
        case .protocolProbe(let id): self.probeTimedOut(id, &step)
        case .ping(let id): self.pingTimedOut(id, &step)
        case .shutdownGrace: self.graceEnded(&step)
        }
        return self.finish(step)
    }
}
