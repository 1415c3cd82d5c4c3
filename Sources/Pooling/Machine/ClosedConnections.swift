import DequeModule
import HTTPModel

/// The last connections that closed, most recent last (POOL.md rule 51).
struct ClosedConnections: Equatable, Sendable {
    private var records: Deque<Record> = []

    /// A connection at its end.
    private struct Record: Equatable, Sendable {
        let snapshot: ConnectionSnapshot
        let closedAt: Instant
    }

    /// Adds a connection, and forgets the oldest beyond those that are kept.
    mutating func append(_ snapshot: ConnectionSnapshot, closedAt: Instant) {
        if self.records.count == PoolMachine.Bounds.closedKept { self.records.removeFirst() }
        self.records.append(Record(snapshot: snapshot, closedAt: closedAt))
    }

    /// Why a connection closed; nil if it is not known any more.
    func reason(of id: ConnectionID) -> CloseReason? {
        self.records.last { $0.snapshot.id == id }?.snapshot.closeReason
    }

    /// The connections as they are shown at an instant.
    func snapshots(now: Instant) -> [ConnectionSnapshot] {
        self.records.map { record in
            var snapshot = record.snapshot
            snapshot.closedFor = record.closedAt.duration(to: now)
            return snapshot
        }
    }
}
