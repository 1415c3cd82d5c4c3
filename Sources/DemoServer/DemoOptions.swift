/// Limits of the demo server; every one of them can be reached by a test.
package struct DemoOptions: Sendable, Hashable {
    /// How long a connection may be idle before the server closes it; nil is forever.
    package var idleTimeout: Duration?
    /// Whether responses announce the idle timeout in a `Keep-Alive` field.
    package var announcesIdleTimeout: Bool
    /// How many connections may be open at once; more are closed at once.
    package var maximumConnections: Int
    /// How many bytes of content a request may have; longer ones are answered with 413.
    ///
    /// `/upload` counts its content instead of keeping it and takes a thousand times as much.
    package var maximumContentBytes: Int
    /// How many users, orders and sessions each the server keeps; more are answered with 507.
    package var maximumEntries: Int

    /// Creates options; the defaults suit a person who explores.
    package init(
        idleTimeout: Duration? = .seconds(120),
        announcesIdleTimeout: Bool = false,
        maximumConnections: Int = 1024,
        maximumContentBytes: Int = 1 << 20,
        maximumEntries: Int = 1000
    ) {
        self.idleTimeout = idleTimeout
        self.announcesIdleTimeout = announcesIdleTimeout
        self.maximumConnections = maximumConnections
        self.maximumContentBytes = maximumContentBytes
        self.maximumEntries = maximumEntries
    }
}
