import HTTPModel

/// The comparisons of 6265bis, on canonical hosts and undecoded paths.
enum CookieMatching {
    /// Whether `host` is `domain` or lies in it (6265bis, "Domain Matching").
    ///
    /// An IP address lies in nothing. A trailing dot makes another name.
    static func domainMatches(_ host: String, _ domain: String) -> Bool {
        guard host != domain else { return true }
        let bytes = host.utf8
        let suffix = domain.utf8
        guard bytes.count > suffix.count, bytes.suffix(suffix.count).elementsEqual(suffix) else {
            return false
        }
        return bytes.dropLast(suffix.count).last == UInt8(ascii: ".") && !host.isIPAddress
    }

    /// Whether a request for `path` gets cookies for `cookiePath` (6265bis, "Path-Match").
    static func pathMatches(_ path: String, _ cookiePath: String) -> Bool {
        let bytes = path.utf8
        let prefix = cookiePath.utf8
        guard bytes.starts(with: prefix) else { return false }
        guard bytes.count > prefix.count else { return true }
        return prefix.last == UInt8(ascii: "/")
            || bytes.dropFirst(prefix.count).first == UInt8(ascii: "/")
    }

    /// The path of a cookie that says none: up to the right-most `/` of the request's path.
    static func defaultPath(of path: String) -> String {
        guard path.hasPrefix("/"), let slash = path.lastIndex(of: "/"), slash > path.startIndex
        else { return "/" }
        return String(path[..<slash])
    }

    /// The domains that `host` lies in, from itself upwards, public suffixes left out.
    static func domains(of host: String) -> [String] {
        var result = [host]
        guard host.utf8.contains(UInt8(ascii: ".")), !host.isIPAddress else { return result }
        var rest = host[...]
        while let dot = rest.firstIndex(of: ".") {
            rest = rest[rest.index(after: dot)...]
            let domain = String(rest)
            if domain.isEmpty || PublicSuffixes.contains(domain) { break }
            result.append(domain)
        }
        return result
    }
}
