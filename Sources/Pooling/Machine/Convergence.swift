import HTTPModel

/// A lowered limit on its way to being kept (POOL.md rule 31).
struct Convergence: Equatable, Sendable {
    let name: PoolLimitName
    /// What the limit was.
    let old: Int
    let startedAt: Instant
    /// The origins that were above the limit; empty if the limit is not per origin.
    let origins: [OriginIndex]
    /// Connections that close for it.
    private(set) var closing: [ConnectionID] = []
    /// Connections that have closed for it.
    private(set) var closed: [ConnectionID] = []

    /// Creates a convergence that begins.
    init(name: PoolLimitName, old: Int, startedAt: Instant, origins: [OriginIndex]) {
        self.name = name
        self.old = old
        self.startedAt = startedAt
        self.origins = origins
    }

    /// A connection begins to close because a limit was lowered.
    mutating func beganClosing(_ id: ConnectionID, of origin: OriginIndex) {
        switch self.name {
        case .perOrigin: if self.origins.contains(origin) { self.closing.append(id) }
        case .total, .idle: self.closing.append(id)
        }
    }

    /// A connection has closed.
    mutating func ended(_ id: ConnectionID) {
        guard let index = self.closing.firstIndex(of: id) else { return }
        self.closing.remove(at: index)
        self.closed.append(id)
    }
}

extension PoolMachine {
    /// Says which lowered limits are kept by now.
    mutating func reportConvergences(_ step: inout Step) {
        for convergence in self.convergences where self.isReached(convergence) {
            step.emit(
                .converged(
                    convergence.name,
                    took: convergence.startedAt.duration(to: step.now),
                    closed: convergence.closed
                )
            )
        }
        self.convergences.removeAll(where: self.isReached)
    }

    /// The lowered limits that connections are still above which carry requests.
    var resizes: [ResizeProgress] {
        self.convergences.compactMap { convergence in
            let over = self.over(convergence.name)
            guard over > 0 else { return nil }
            return ResizeProgress(
                limit: convergence.name,
                old: convergence.old,
                new: self.value(of: convergence.name),
                busy: self.occupancy(convergence.name).busy,
                over: over
            )
        }
    }

    private func value(of name: PoolLimitName) -> Int {
        switch name {
        case .perOrigin(nil): self.limits.perOrigin
        case .perOrigin(let origin?): self.limits.perOrigin(for: origin)
        case .total: self.limits.total
        case .idle: self.limits.idle
        }
    }

    private func isReached(_ convergence: Convergence) -> Bool {
        guard convergence.closing.isEmpty else { return false }
        return switch convergence.name {
        case .perOrigin:
            convergence.origins.allSatisfy {
                self.table.origins[$0].counted <= self.table.origins[$0].limit
            }
        case .total: self.table.open.count <= self.limits.total
        case .idle: self.table.idle.count <= self.limits.idle
        }
    }
}
