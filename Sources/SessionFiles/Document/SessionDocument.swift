/// A session file as a value: what the reader makes of text, and what the writer makes text of.
///
/// Comments and tags that we do not know stay where they were (FILES.md 9.3, rule 10), so a file
/// that was read and written back has lost nothing.
package struct SessionDocument: Sendable, Hashable {
    /// The lines before the first block.
    package var header: [SessionEntry]
    /// The blocks in file order.
    package var blocks: [SessionBlock]

    /// Creates a document.
    package init(header: [SessionEntry] = [], blocks: [SessionBlock] = []) {
        self.header = header
        self.blocks = blocks
    }

    /// The text of `@title`.
    package var title: String? {
        for entry in self.header {
            if case .tag(.title(let title)) = entry.content { return title }
        }
        return nil
    }

    /// The number of blocks that have a request.
    package var requestCount: Int { self.blocks.count { $0.request != nil } }
}

/// What stands between two `###` lines.
package struct SessionBlock: Sendable, Hashable {
    /// The text after `###`; nil for a first request that has no `###` before it.
    package var title: String?
    /// The lines before the request line, in order.
    ///
    /// Tags and comments that were found after the request line are here too, at the end, because
    /// other tools only look before it (FILES.md 9.3, rule 1).
    package var leading: [SessionEntry]
    /// The request; nil in a block of comments and variables.
    package var request: WrittenRequest?
    /// A response that stood after the request; it is never written (FILES.md 2.4, row 10).
    package var recordedResponse: RecordedResponse?
    /// Where the block begins.
    package var place: SourcePlace

    /// Creates a block.
    package init(
        title: String? = "",
        leading: [SessionEntry] = [],
        request: WrittenRequest? = nil,
        recordedResponse: RecordedResponse? = nil,
        place: SourcePlace = .nowhere
    ) {
        self.title = title
        self.leading = leading
        self.request = request
        self.recordedResponse = recordedResponse
        self.place = place
    }

    /// The identifier given by `@name`; the last one counts.
    package var name: String? {
        for entry in self.leading.reversed() {
            if case .tag(.name(let name)) = entry.content { return name }
        }
        return nil
    }

    /// The tags in order, with their places.
    package var tags: [(tag: SessionTag, place: SourcePlace)] {
        self.leading.compactMap { entry in
            guard case .tag(let tag) = entry.content else { return nil }
            return (tag, entry.place)
        }
    }
}

/// A line outside requests.
package struct SessionEntry: Sendable, Hashable {
    /// What the line holds.
    package var content: Content
    /// Where it was read.
    package var place: SourcePlace

    /// Creates an entry.
    package init(_ content: Content, place: SourcePlace = .nowhere) {
        self.content = content
        self.place = place
    }

    /// What a line outside requests holds.
    package enum Content: Sendable, Hashable {
        /// Nothing.
        case blank
        /// A comment, verbatim with its `#` or `//`.
        case comment(String)
        /// `@name = value`.
        case variable(SessionVariable)
        /// A tag that we know.
        case tag(SessionTag)
        /// A tag that we do not know, or whose value could not be read; the whole line, verbatim.
        case unknownTag(name: String, line: String)
    }
}

/// A variable of the file.
package struct SessionVariable: Sendable, Hashable {
    /// The name.
    package var name: String
    /// The value, in which `{{…}}` is not yet resolved.
    package var value: String

    /// Creates a variable.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A response that was saved in the file after its request.
package struct RecordedResponse: Sendable, Hashable {
    /// The status code of its status line.
    package var status: Int
    /// The whole text, status line included.
    package var text: String
    /// Where it begins.
    package var place: SourcePlace

    /// Creates a recorded response.
    package init(status: Int, text: String, place: SourcePlace = .nowhere) {
        self.status = status
        self.text = text
        self.place = place
    }
}
