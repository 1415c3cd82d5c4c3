package import HTTPModel

/// Where the content of a final response goes.
package enum BodyDestination: Sendable {
    /// Into memory up to `body.limit`, beyond that into a temporary file.
    case memory
    /// The same, but little of it into memory: for content that an observer shows as it arrives.
    case shown
    /// Into a file that the user named.
    case file(path: String, mode: FileMode = .replace)
    /// Into a file whose name the response may choose, and which can be gone on with later.
    case download(Download)
    /// To a sink of the caller, as it arrives.
    case sink(any BodySink)
    /// Nowhere: it is read and counted.
    case discard

    /// What becomes of a file that is there already.
    package enum FileMode: Sendable, Hashable {
        /// It is replaced, once the new content is complete.
        case replace
        /// The same, and what came of content that broke off is kept as `NAME.part`.
        case replaceOrKeepPart
        /// The content is added to it.
        case append
    }
}
