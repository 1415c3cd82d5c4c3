package import HTTPModel
package import HTTPTypes

/// What sticks in a session, as `-s` and `session save` keep it (LANGUAGE.md, section 5).
package struct SessionState: Sendable, Hashable {
    /// The default fields that were entered, in order.
    package var fields: [DefaultField] = []
    /// The built-in fields that were removed.
    package var absentBuiltIns: [HTTPField.Name] = []
    /// The default query parameters.
    package var query: [QueryParameter] = []
    /// Credentials by origin.
    package var credentials: [Origin: Credentials] = [:]
    /// The cookies, in the order of their creation.
    package var cookies: [Cookie] = []

    /// Creates the state of a new session.
    package init() {}
}
