package import HTTPModel

extension PoolLimits {
    /// What is wrong with these limits; nil if the pool can work by them (POOL.md rule 10).
    package var problem: Problem? {
        if self.perOrigin < 1 { return .belowOne(.perOrigin(nil)) }
        // The smallest origin, so that the answer does not depend on the dictionary's order.
        if let origin = self.perOriginOverrides.filter({ $0.value < 1 }).keys.min() {
            return .belowOne(.perOrigin(origin))
        }
        if self.total < 1 { return .belowOne(.total) }
        if self.idle < 1 { return .belowOne(.idle) }
        if let maxUses = self.maxUses, maxUses < 1 { return .maxUsesBelowOne }
        if self.h2Connections < 1 { return .h2ConnectionsBelowOne }
        if self.h2MaxStreams < 1 { return .h2MaxStreamsBelowOne }
        if let interval = self.h2PingInterval, interval <= .zero { return .noPingInterval }
        let durations = [self.idleTimeout, self.queueTimeout, self.maxAge ?? .zero]
        return durations.contains { $0 < .zero } ? .negativeDuration : nil
    }

    /// What can be wrong with limits.
    package enum Problem: Sendable, Hashable {
        /// A limit is 0 or less; `pool pause` is what stops dispatching.
        case belowOne(PoolLimitName)
        /// `pool.max-uses` is 0 or less.
        case maxUsesBelowOne
        /// `h2.connections` is 0 or less.
        case h2ConnectionsBelowOne
        /// `h2.max-streams` is 0 or less.
        case h2MaxStreamsBelowOne
        /// `h2.ping-interval` is 0 or less.
        case noPingInterval
        /// A time bound is negative.
        case negativeDuration
    }
}
