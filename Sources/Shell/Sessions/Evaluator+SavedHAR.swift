import Rendering
import SessionFiles

/// The HAR beside a saved session, which has all timings (FILES.md 9.3, rule 3).
extension Evaluator {
    /// Writes the exchanges that were saved as `NAME.har`; says how many entries it has.
    func saveHAR(
        of session: RecordedSession,
        _ wanted: SaveRequest
    ) async throws(ShellProblem) -> String {
        let name = wanted.path.hasSuffix(".http") ? wanted.path.dropLast(5) : wanted.path[...]
        let path = "\(name).har"
        var numbers: Set<Int> = []
        for request in session.requests {
            let count = max(1, request.repetition.count)
            numbers.formUnion(request.number..<request.number + count)
        }
        let (exchanges, leftOut) = await self.harExchanges(numbers)
        if leftOut > 0 { self.remark(Self.harLeftOut(leftOut)) }
        let context = self.harContext(
            title: wanted.title ?? Files.name(of: wanted.path),
            showsSecrets: wanted.keepsSecrets
        )
        let count = try self.writeHAR(exchanges, in: context, to: path)
        return "saved \(CountText.text(count, "entry", plural: "entries")) to \(path)"
    }
}
