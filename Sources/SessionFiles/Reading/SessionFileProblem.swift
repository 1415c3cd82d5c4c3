/// Something in a session file that is wrong, or that we do not do.
package struct SessionFileProblem: Error, Sendable, Hashable {
    /// The file's name as it was given.
    package var file: String
    /// The line, from 1.
    package var line: Int
    /// The column in characters, from 1.
    package var column: Int
    /// What it is.
    package var kind: Kind

    /// Creates a problem.
    package init(file: String, line: Int, column: Int = 1, kind: Kind) {
        self.file = file
        self.line = line
        self.column = column
        self.kind = kind
    }

    /// How much a problem matters.
    package enum Severity: Sendable, Hashable {
        /// The file is read, and means what it seems to mean; something is only worth saying.
        case warning
        /// Nothing of the file may be sent.
        case error
    }

    /// Whether the file may be sent in spite of it.
    package var severity: Severity { self.kind.severity }

    /// What can be wrong.
    package enum Kind: Sendable, Hashable {
        /// With the file as a whole.
        case text(TextProblem)
        /// With a tag or a variable.
        case tag(TagProblem)
        /// With a request.
        case request(RequestProblem)
        /// What we do not do.
        case unsupported(Unsupported)
    }

    /// What can be wrong with a file as a whole.
    package enum TextProblem: Sendable, Hashable {
        /// Not UTF-8.
        case notUTF8
        /// A control character that no text has.
        case controlCharacter(UInt8)
        /// A line outside bodies is longer than the limit.
        case lineTooLong(limit: Int)
        /// There are more lines outside bodies than are read.
        case tooManyLines(limit: Int)
        /// There are more mistakes than are told.
        case tooManyProblems(limit: Int)
        /// A format version that we do not know.
        case unknownVersion(String)
        /// There is no request in it.
        case noRequests
    }

    /// What can be wrong with a tag or a variable.
    package enum TagProblem: Sendable, Hashable {
        /// A tag without its value.
        case missingTagValue(tag: String)
        /// A tag whose value cannot be read.
        case badTagValue(tag: String, value: String)
        /// A tag that may stand in the header block only, or before a request only.
        case misplacedTag(tag: String, belongsInHeader: Bool)
        /// A tag that may occur once.
        case repeatedTag(tag: String, firstLine: Int)
        /// A tag that looks like one of ours.
        case unknownTag(tag: String, nearest: String)
        /// An expectation that cannot be read.
        case expectation(ExpectationError.Kind)
        /// A name that another request has already.
        case repeatedName(String, firstLine: Int)
        /// A request that an expectation refers to and that does not come before it.
        case unknownName(String)
        /// `@x` without `=`, or a name that is none.
        case badVariable(String)
    }

    /// What can be wrong with a request.
    package enum RequestProblem: Sendable, Hashable {
        /// Not a request line.
        case badRequestLine(String)
        /// ` # …` on a request line.
        case commentInTarget
        /// Not a field line.
        case badField(String)
        /// An indented line among the fields.
        case indentedField
        /// A body line that is a comment for other tools.
        case commentInBody
        /// A body line that looks like a second request.
        case requestInBody(method: String)
        /// An encoding that files cannot be read in.
        case unknownEncoding(String)
    }

    /// Why a `curl` command in a file is not read.
    package enum CurlRefusal: Sendable, Hashable {
        /// It has a reference in it, which would stand within quotes and escapes of a shell.
        case reference
        /// It sends several requests, or none.
        case several
        /// A file cannot say its content, or has to ask for its password.
        case content
        /// It cannot be read.
        case malformed(CurlProblem.Kind)
    }

    /// What we do not do.
    package enum Unsupported: Sendable, Hashable {
        /// A script that decides what is sent.
        case requestScript
        /// A script that would run after the response.
        case responseScript
        /// `>> file`.
        case responseNotSaved
        /// `run`.
        case runStatement
        /// A `curl` command that is not read as a request.
        case curl(CurlRefusal)
        /// Something of a `curl` command that the request goes without.
        case curlPart(CurlNote)
        /// gRPC, WebSocket and others.
        case protocolNotSupported(String)
        /// A version of HTTP that no connection of ours speaks.
        case versionNotSupported(String)
        /// Credentials that a request would have to be signed with, by their scheme.
        case credentialsNotSupported(String)
        /// CONNECT.
        case connectRefused
        /// A tag that we know, or that other tools act on, whose meaning is not built.
        case tagNotSupported(tag: String)
        /// A shell line that a session file may not contain (FILES.md 9.2).
        case commandNotAllowed(String)
        /// A file that includes itself, by way of others or not.
        case cyclicInclude(String)
        /// A file to include that is not there.
        case noSuchInclude(String)
        /// A file to include that lies outside the folder (FILES.md 9.8).
        case outsideInclude(String)
        /// A number beyond a cap (FILES.md 9.8).
        case beyondCap(what: String, value: Int, cap: Int)
    }
}

extension SessionFileProblem.Kind {
    /// How much it matters.
    package var severity: SessionFileProblem.Severity {
        switch self {
        case .text(.noRequests), .tag(.repeatedName), .request(.commentInBody),
            .request(.requestInBody), .unsupported(.responseScript),
            .unsupported(.responseNotSaved), .unsupported(.curlPart):
            .warning
        case .text, .tag, .request, .unsupported: .error
        }
    }
}
