private import CPSL
import HTTPModel

/// The list of public suffixes, which the system keeps current (libpsl; SESSION.md, S1).
///
/// Names are canonical: lower case, A-labels. What is on no list counts by its last label only.
enum PublicSuffixes {
    /// The newer of the library's own list and the system's; nil if there is neither.
    private static let list = List()

    /// Whether hosts of different owners lie in `domain`.
    static func contains(_ domain: String) -> Bool {
        let name = domain.droppingTrailingDot
        guard let context = self.list.context else { return !name.contains(".") }
        return psl_is_public_suffix(context, name) != 0
    }

    /// Whether `domain` is wider than what the owner of `host` may speak for.
    ///
    /// That is more than being a suffix itself: below a rule such as `*.kawasaki.jp` the owner of
    /// `a.b.kawasaki.jp` speaks for that name, not for `kawasaki.jp`, which is no suffix.
    static func isTooWide(_ domain: String, for host: String) -> Bool {
        guard !self.contains(domain) else { return true }
        guard let context = self.list.context else { return false }
        let name = host.droppingTrailingDot
        guard let suffix = psl_unregistrable_domain(context, name) else { return false }
        // The suffix is a part of `name`, and ends where it ends.
        return domain.droppingTrailingDot.utf8.count <= String(cString: suffix).utf8.count
    }

    /// Holds the list for as long as the program runs.
    ///
    /// `@unchecked Sendable`: libpsl only reads a list that has been loaded.
    private final class List: @unchecked Sendable {
        let context: OpaquePointer?

        init() {
            self.context = psl_latest(nil)
        }
    }
}

extension String {
    /// The name without one dot at its end, which the list does not know.
    fileprivate var droppingTrailingDot: String {
        self.utf8.last == UInt8(ascii: ".") ? String(self.dropLast()) : self
    }
}
