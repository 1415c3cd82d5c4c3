/// The part of a chain of redirects that repeats until the chain ends.
struct RedirectCircle: Equatable {
    /// Where in the chain it begins.
    let start: Int
    /// The targets of one round.
    let targets: [String]

    /// Finds the circle that a chain ends in: the one that explains most of it, and of those the
    /// shortest; nil if no target comes back.
    init?(_ chain: [String]) {
        var best: (start: Int, length: Int)?
        for length in stride(from: 1, to: chain.count, by: 1) {
            var start = chain.count - length
            while start > 0, chain[start - 1] == chain[start - 1 + length] { start -= 1 }
            // One target that comes back may do so by chance; a whole round does not.
            guard chain.count - start >= 2 * length, start < best?.start ?? .max else { continue }
            best = (start, length)
        }
        guard let best else { return nil }
        self.start = best.start
        self.targets = Array(chain[best.start..<best.start + best.length])
    }
}
