/// What the server counted, independent of what any client believes.
package struct DemoStatistics: Sendable, Hashable {
    /// How many connections it has accepted.
    package var acceptedConnections = 0
    /// How many are open now.
    package var openConnections = 0
    /// The most that were open at the same time.
    package var peakConnections = 0
    /// How many connections were turned away because of the limit.
    package var refusedConnections = 0
    /// How many requests have arrived.
    package var requests = 0
    /// How many requests each connection has carried, by its number, counted from 1.
    ///
    /// The newest 10,000 connections are kept.
    package var requestsPerConnection: [Int: Int] = [:]
}
