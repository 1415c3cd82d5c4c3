package import HTTPModel

/// A request that a curl command line describes.
package struct CurlRequest: Sendable, Hashable {
    /// The method, spelled as curl would send it.
    package var method: String
    /// The URL, absolute and with what `-G` and `--url-query` add.
    package var url: URI
    /// What it says about fields, in the order given.
    package var fields: [Field] = []
    /// The content.
    package var body: Body = .none
    /// Its credentials.
    package var credentials: Credentials?
    /// Whether redirects are followed: `-L`.
    package var followsRedirects = false
    /// Whether compressed content is asked for: `--compressed`.
    package var acceptsCompression = false
    /// The bound on the whole exchange: `-m`.
    package var timeout: Duration?
    /// Where the content of the response goes: `-o`, `-O`, `> FILE`.
    package var outputFile: String?
    /// Whether HTTP/2 is spoken without being agreed on.
    package var wantsHTTP2 = false

    /// What is said about a field.
    package enum Field: Sendable, Hashable {
        /// It is sent with this value, which may be empty.
        case set(FieldLine)
        /// It is not sent, default or not.
        case removed(String)

        /// The name of the field.
        package var name: String {
            switch self {
            case .set(let line): line.name
            case .removed(let name): name
            }
        }
    }

    /// The content of a request.
    package enum Body: Sendable, Hashable {
        /// None.
        case none
        /// Bytes.
        case bytes([UInt8])
        /// A file as it is.
        case file(path: String)
        /// What standard input holds.
        case standardInput
        /// A form in parts.
        case multipart([Part])
        /// A form that is written out, with its boundary.
        case form([UInt8], boundary: String)
    }

    /// A part of a form (RFC 7578).
    package struct Part: Sendable, Hashable {
        /// The name of the form's field.
        package var name: String
        /// What it holds.
        package var content: Content
        /// The media type, if one is said.
        package var type: String?
        /// The name that a file has for the server, where it is not the file's own.
        package var fileName: String?

        /// What a part holds.
        package enum Content: Sendable, Hashable {
            /// Text.
            case text(String)
            /// A file to upload, by the name that it has there.
            case file(path: String)
        }
    }

    /// Credentials that an option gives.
    package enum Credentials: Sendable, Hashable {
        /// `-u USER[:PASSWORD]`; a password that is not given is asked for.
        case basic(user: String, password: String?)
        /// `--digest -u USER[:PASSWORD]`.
        case digest(user: String, password: String?)
        /// `--oauth2-bearer`.
        case bearer(String)
    }

    /// The default fields that curl would not send.
    package var absentDefaults: [String] {
        var names = self.acceptsCompression ? [] : ["Accept-Encoding"]
        names.append("Connection")
        return names.filter { self.field($0) == nil }
    }

    /// The last thing that is said about the field `name`.
    package func field(_ name: String) -> Field? {
        let wanted = name.lowercased()
        return self.fields.last { $0.name.lowercased() == wanted }
    }
}

/// What a reader of curl command lines needs to know of the machine.
package struct CurlSurroundings: Sendable {
    /// The value of a variable of the environment.
    package var environment: @Sendable (String) -> String?
    /// The content of a file; nil if it cannot be read.
    package var readFile: @Sendable (String) -> [UInt8]?
    /// Whether there is a file of this name.
    package var fileExists: @Sendable (String) -> Bool

    /// Describes the machine; by default, one that has nothing.
    package init(
        environment: @escaping @Sendable (String) -> String? = { _ in nil },
        readFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil },
        fileExists: @escaping @Sendable (String) -> Bool = { _ in false }
    ) {
        self.environment = environment
        self.readFile = readFile
        self.fileExists = fileExists
    }
}
