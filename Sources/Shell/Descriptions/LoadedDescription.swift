package import HTTPModel
package import OpenAPI

/// A description of a service, and where it came from.
package struct LoadedDescription: Sendable {
    /// The description.
    package var description: APIDescription
    /// The file or URL that it was read from, for people.
    package var source: String
    /// The origin that it describes; nil if it came from a file while there was no base.
    package var origin: Origin?
}
