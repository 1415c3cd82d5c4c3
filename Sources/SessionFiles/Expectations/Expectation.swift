package import HTTPModel
package import JSONPath

/// A claim about a response, a connection or the session: the value of `@expect` (FILES.md 9.4).
///
/// ```
/// expectation = query [ "not" ] predicate | query value
///             | "connection" claim | "connections" quantity comparison
/// ```
package struct Expectation: Sendable, Hashable {
    /// The text as written.
    package var text: String
    /// What is claimed.
    package var claim: Claim

    /// Creates an expectation from its parts.
    package init(text: String, claim: Claim) {
        self.text = text
        self.claim = claim
    }

    /// What is claimed.
    package enum Claim: Sendable, Hashable {
        /// Something about a value of the response.
        case value(Query, Predicate, isNegated: Bool)
        /// Something about the connection that carried the request.
        case connection(ConnectionClaim)
        /// Something about all connections of the session.
        case connections(SessionQuantity, Operator, Int)
    }

    /// Whether it is about the session, so that it can stand before the first block.
    package var isAboutSession: Bool {
        if case .connections = self.claim { true } else { false }
    }

    /// The name that `same-as` or `not-same-as` refers to.
    package var referencedName: String? {
        guard case .connection(let claim) = self.claim else { return nil }
        switch claim {
        case .sameAs(let name), .notSameAs(let name): return name
        case .reused, .new, .any, .idle, .requests: return nil
        }
    }

    /// A value of the response.
    package enum Query: Sendable, Hashable {
        case status
        case header(name: String)
        /// A cookie that the response sets, or one of its attributes.
        case cookie(name: String, attribute: String?)
        case jsonPath(JSONPathQuery, text: String, isCounted: Bool)
        case body
        /// The SHA-256 of the decoded content, in hexadecimal digits.
        case sha256
        case byteCount
        case duration
        case wait
        case queue
        case protocolName
        case redirectCount
        case retryCount
        case url
    }

    /// A claim about one connection.
    package enum ConnectionClaim: Sendable, Hashable {
        /// It had carried a complete exchange, and nothing of this request went out before.
        case reused
        /// Not `reused`.
        case new
        /// Always true; says that reuse is left open on purpose.
        case any
        /// The one that carried the request of this name.
        case sameAs(String)
        /// Another one than the one that carried the request of this name.
        case notSameAs(String)
        /// How long it had been idle.
        case idle(Operator, Duration)
        /// How many requests it has carried, this one included.
        case requests(Operator, Int)
    }

    /// A number about the session.
    package enum SessionQuantity: String, Sendable, Hashable, CaseIterable {
        /// The greatest number open at once.
        case max
        /// Opened so far.
        case opened
        /// Open now.
        case open
        /// Requests that reused one.
        case reused
    }

    /// A comparison.
    package enum Operator: String, Sendable, Hashable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="

        /// Whether `left` stands in this relation to `right`.
        func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
            switch self {
            case .equal: left == right
            case .notEqual: left != right
            case .less: left < right
            case .lessOrEqual: left <= right
            case .greater: left > right
            case .greaterOrEqual: left >= right
            }
        }
    }

    /// What is said of a value.
    package enum Predicate: Sendable, Hashable {
        case compares(Operator, Literal)
        case contains(String)
        case startsWith(String)
        case endsWith(String)
        case matches(Pattern)
        case exists
        case isEmpty
        case includes(Literal)
        case isIn([Literal])
        case isBetween(Double, Double)
        case isOfType(JSONType)
    }

    /// A value written in an expectation.
    package enum Literal: Sendable, Hashable {
        case text(String)
        case number(Double)
        case boolean(Bool)
        case null
        case duration(Duration)
        /// An array or an object.
        case json(JSONValue)
        /// A value without quotes that has references, whose kind shows when they are resolved.
        case reference(String)
    }

    /// A type that a JSON value can have.
    package enum JSONType: String, Sendable, Hashable, CaseIterable {
        case string = "isString"
        case number = "isNumber"
        case integer = "isInteger"
        case float = "isFloat"
        case boolean = "isBoolean"
        case object = "isObject"
        case list = "isList"
        case collection = "isCollection"
        case null = "isNull"
    }
}

/// Why a text is not an expectation, with the place in it.
package struct ExpectationError: Error, Sendable, Hashable {
    /// The number of characters before the wrong word.
    package var offset: Int
    /// What is wrong.
    package var kind: Kind

    /// What can be wrong with an expectation.
    package enum Kind: Sendable, Hashable {
        /// There is no text.
        case empty
        /// The first word is no query; the nearest one.
        case unknownQuery(String, nearest: String?)
        /// A query of Hurl's that is not built.
        case queryNotSupported(String)
        /// A filter of Hurl's that is not built.
        case filterNotSupported(String)
        /// The name or path of the query is missing.
        case missingName(query: String)
        /// Not a path that can be followed.
        case badPath(JSONPathError)
        /// The predicate is missing.
        case missingPredicate
        /// No predicate.
        case unknownPredicate(String)
        /// A predicate that says nothing about this query.
        case predicateDoesNotFit(String, query: String)
        /// The value is missing.
        case missingValue
        /// Not a number.
        case notANumber(String)
        /// Not the digits of a SHA-256.
        case notADigest(String)
        /// Not a duration with a unit.
        case notADuration(String)
        /// A quoted text without its end.
        case unclosedQuote
        /// Not a regular expression.
        case badPattern(String, PatternError)
        /// Text after the end.
        case trailing(String)
    }
}
