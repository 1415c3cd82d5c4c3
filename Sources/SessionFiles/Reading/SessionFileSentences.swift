import HTTPModel
import JSONPath

extension SessionFileProblem: CustomStringConvertible {
    /// `FILE:LINE:COLUMN: sentence`.
    package var description: String {
        "\(self.file):\(self.line):\(self.column): \(self.kind.sentence)"
    }
}

extension SessionFileProblem.Kind {
    /// What is wrong and what to do about it, in one sentence without a full stop.
    package var sentence: String {
        switch self {
        case .text(let problem): problem.sentence
        case .tag(let problem): problem.sentence
        case .request(let problem): problem.sentence
        case .unsupported(let what): what.sentence
        }
    }
}

extension SessionFileProblem.TextProblem {
    fileprivate var sentence: String {
        switch self {
        case .notUTF8: "not UTF-8 text"
        case .controlCharacter(let byte):
            "control character 0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
                + " cannot stand here; a body with it belongs in a file: < ./body.bin"
        case .lineTooLong(let limit): "the line is longer than \(limit) bytes"
        case .tooManyLines(let limit):
            "only \(limit) lines outside bodies are read; split the file"
        case .tooManyProblems(let limit): "after \(limit) mistakes the rest is not read"
        case .unknownVersion(let version):
            "session format \(version.quotedForDisplay) is not known; this linger reads version 1"
        case .noRequests: "there is no request in this file"
        }
    }
}

extension SessionFileProblem.TagProblem {
    fileprivate var sentence: String {
        switch self {
        case .missingTagValue(let tag): "@\(tag) needs a value; \(Self.example(of: tag))"
        case .badTagValue(let tag, let value):
            "@\(tag) cannot be \(value.quotedForDisplay); \(Self.example(of: tag))"
        case .misplacedTag(let tag, belongsInHeader: true):
            "@\(tag) belongs before the first ###"
        case .misplacedTag(let tag, belongsInHeader: false):
            "@\(tag) belongs between ### and a request line"
        case .repeatedTag(let tag, let line): "@\(tag) stands already in line \(line)"
        case .unknownTag(let tag, let nearest):
            "@\(tag) is not known and would have no effect; did you mean @\(nearest)?"
        case .expectation(let kind): kind.sentence
        case .repeatedName(let name, let line):
            "the name \(name) is taken by line \(line); references mean the latest"
        case .unknownName(let name): "no request before this one is named \(name.quotedForDisplay)"
        case .badVariable(let name):
            name.isEmpty
                ? "a variable is written @name = value"
                : "\(name.quotedForDisplay) is no variable; it is written @name = value"
        }
    }

    private static func example(of tag: String) -> String {
        let value =
            switch tag {
            case "session": "1"
            case "cookie-jar": "./cookies.txt"
            case "default-query": "page=1"
            case "default-header": "Accept: application/json"
            case "redact", "ignore": "header Date, jsonpath $.token"
            case "pace": "none"
            case "set": "pool.size 2"
            case "expect": "status 200"
            case "name": "login"
            case "do": "pool size 1"
            case "delay", "timeout", "connection-timeout": "250 ms"
            case "at": "+1.250s"
            case "repeat": "20 parallel 4"
            case "parallel": "group"
            case "recorded": "200 conn=1 new body=61"
            case "capture": "token = jsonpath $.token"
            case "retry": "5 every 1s until status 200"
            default: "./file"
            }
        return "for example @\(tag) \(value)"
    }
}

extension SessionFileProblem.RequestProblem {
    fileprivate var sentence: String {
        switch self {
        case .badRequestLine(let text):
            "\(text.quotedForDisplay) is no request line; it is written METHOD target"
        case .commentInTarget:
            "\" #\" on a request line would be sent; a comment stands on its own line before it"
        case .badField(let text):
            "\(text.quotedForDisplay) is no field; it is written Name: value,"
                + " and a body needs a blank line before it"
        case .indentedField: "a field starts in column 1; only ?, & and / lines are indented"
        case .commentInBody: "this line is part of the body here; other tools drop it as a comment"
        case .requestInBody(let method):
            "this \(method) line is part of the body; a new request needs ### before it"
        case .unknownEncoding(let encoding):
            "the encoding \(encoding.quotedForDisplay) is not known; it is utf8, ascii or latin1"
        }
    }
}

extension SessionFileProblem.Unsupported {
    fileprivate var sentence: String {
        switch self {
        case .requestScript: "scripts are not run, and this one decides what is sent"
        case .responseScript: "scripts are not run; this one is left out"
        case .responseNotSaved: "the response is not saved to a file"
        case .runStatement: "run is not supported"
        case .curl(let refusal): refusal.sentence
        case .curlPart(let note): note.sentence
        case .protocolNotSupported(let name): "\(name) is not supported"
        case .credentialsNotSupported(let scheme):
            "\(scheme) credentials are not supported: the request would go out unsigned"
        case .versionNotSupported(let name):
            "\(name) is not supported: a request asks for HTTP/1.1 or HTTP/2"
        case .connectRefused: "CONNECT is not supported"
        case .tagNotSupported(let tag): "@\(tag) is not supported yet"
        case .commandNotAllowed(let command):
            "@do \(command.quotedForDisplay) is not allowed; it takes pool …, set NAME VALUE,"
                + " sleep D, cookies clear or Name: value"
        case .cyclicInclude(let path):
            "\(path.quotedForDisplay) includes this file again"
        case .noSuchInclude(let path): "there is no file \(path.quotedForDisplay)"
        case .outsideInclude(let path):
            "\(path.quotedForDisplay) lies outside the folder of this file; --allow-outside"
                + " takes it"
        case .beyondCap(let what, let value, let cap):
            "\(what) \(value) is more than a session file may ask for: \(cap)"
        }
    }
}

extension ExpectationError.Kind {
    /// What is wrong, in one sentence without a full stop.
    package var sentence: String {
        switch self {
        case .empty: "an expectation is missing; for example: status 200"
        case .unknownQuery(let word, nil): "\(word.quotedForDisplay) cannot be expected"
        case .unknownQuery(let word, let nearest?):
            "\(word.quotedForDisplay) cannot be expected; did you mean \(nearest)?"
        case .queryNotSupported(let query): "expect \(query) is not supported yet"
        case .filterNotSupported(let filter):
            "the filter \(filter) is not supported yet; a value that begins so is quoted"
        case .missingName("header"): "header needs a field name"
        case .missingName("jsonpath"), .missingName("body-path"): "jsonpath needs a path: $.a.b"
        case .missingName(let query): "\(query) needs a name"
        case .badPath(let error): error.sentence
        case .missingPredicate: "what is expected is missing; for example: == 200"
        case .unknownPredicate(let word): "\(word.quotedForDisplay) is no predicate"
        case .predicateDoesNotFit(let word, let query):
            "\(word.quotedForDisplay) says nothing about \(query)"
        case .missingValue: "the value is missing"
        case .notANumber(let text): "\(text.quotedForDisplay) is no number"
        case .notADigest(let text):
            "\(text.quotedForDisplay) is no SHA-256, which has 64 hexadecimal digits"
        case .notADuration(let text):
            "\(text.quotedForDisplay) is no duration; it needs a unit: 500 ms"
        case .unclosedQuote: "the quote is not closed"
        case .badPattern(let text, let error):
            "\(text.quotedForDisplay) is no regular expression: \(error.sentence)"
        case .trailing(let text): "\(text.quotedForDisplay) follows the expectation"
        }
    }
}

extension SessionFileProblem.CurlRefusal {
    fileprivate var sentence: String {
        switch self {
        case .reference: "references in a curl command are not resolved; write METHOD target"
        case .several: "a block holds one request, and this curl command is not one"
        case .content: "a file cannot say what this curl command sends; `import curl` sends it"
        case .malformed(let kind): "the curl command cannot be read: \(kind.sentence)"
        }
    }
}
