import HTTPModel
import HTTPSession
import HTTPTypes
import OpenAPI

/// The paths of a service as folders: what is described, and what was sent in this session.
struct PathTree {
    /// What stands right below a path.
    struct Entry: Hashable {
        /// The segment, as the description writes it.
        var name: String
        /// The methods that are known on it.
        var methods: [String]
        /// What it does, in a few words.
        var summary: String
        /// How many paths are further below.
        var deeperCount: Int
    }

    /// A path with one of its methods.
    private struct Known {
        var segments: [PathTemplate.Segment]
        var method: String
        var summary: String
    }

    private var known: [Known] = []

    /// Collects paths: those of a description, then those that were sent to `origin`.
    init(_ description: APIDescription?, seen entries: [LogEntry], on origin: Origin?) {
        for operation in description?.operations ?? [] {
            self.known.append(
                Known(
                    segments: operation.path.segments,
                    method: operation.method,
                    summary: operation.summary
                )
            )
        }
        for entry in entries {
            let request: HTTPSession.SessionRequest
            switch entry {
            case .exchange(let logged):
                // Paths that a search for a description tried are none of the service's.
                guard let status = logged.exchange.response?.head.status, status != 404 else {
                    continue
                }
                request = logged.request
            case .repetition(let record): request = record.request
            }
            guard request.target.origin == origin else { continue }
            let method = request.method.rawValue
            let path = request.target.path
            guard description?.operation(method, path: path) == nil else { continue }
            let number = entry.numbers.lowerBound
            self.known.append(
                Known(
                    segments: PathTemplate(path).segments,
                    method: method,
                    summary: "sent in \(number)"
                )
            )
        }
    }

    /// Whether nothing is known.
    var isEmpty: Bool { self.known.isEmpty }

    /// What stands right below a folder, in the order in which it is known.
    func entries(below folder: String) -> [Entry] {
        let pieces = Self.pieces(of: folder)
        var entries: [Entry] = []
        for known in self.known where known.segments.count > pieces.count {
            guard zip(known.segments, pieces).allSatisfy({ $0.matches($1) }) else { continue }
            let name = known.segments[pieces.count].text
            guard !name.isEmpty else { continue }
            let isHere = known.segments.count == pieces.count + 1
            let place: Int
            if let index = entries.firstIndex(where: { $0.name == name }) {
                place = index
            } else {
                entries.append(Entry(name: name, methods: [], summary: "", deeperCount: 0))
                place = entries.count - 1
            }
            guard isHere else {
                entries[place].deeperCount += 1
                continue
            }
            if !entries[place].methods.contains(known.method) {
                entries[place].methods.append(known.method)
            }
            if entries[place].summary.isEmpty { entries[place].summary = known.summary }
        }
        return entries
    }

    /// All paths below a folder, each as a whole.
    func all(below folder: String) -> [Entry] {
        let pieces = Self.pieces(of: folder)
        var entries: [Entry] = []
        for known in self.known where known.segments.count >= pieces.count {
            guard zip(known.segments, pieces).allSatisfy({ $0.matches($1) }) else { continue }
            let name = "/" + known.segments.map(\.text).joined(separator: "/")
            if let place = entries.firstIndex(where: { $0.name == name }) {
                if !entries[place].methods.contains(known.method) {
                    entries[place].methods.append(known.method)
                }
            } else {
                entries.append(
                    Entry(
                        name: name,
                        methods: [known.method],
                        summary: known.summary,
                        deeperCount: 0
                    )
                )
            }
        }
        return entries
    }

    /// The methods that are known on a path itself.
    func methods(on path: String) -> [String] {
        let pieces = Self.pieces(of: path)
        var methods: [String] = []
        for known in self.known
        where known.segments.count == max(pieces.count, 1) && !methods.contains(known.method) {
            let fits =
                pieces.isEmpty
                ? known.segments[0].text.isEmpty
                : zip(known.segments, pieces).allSatisfy { $0.matches($1) }
            if fits { methods.append(known.method) }
        }
        return methods
    }

    private static func pieces(of path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: true)
    }
}
