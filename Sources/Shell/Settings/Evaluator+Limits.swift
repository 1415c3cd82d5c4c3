import HTTPModel
import HTTPSession
import Rendering

/// Limits of the pool, changed while requests run.
extension Evaluator {
    /// Changes `pool.size`, for all origins or for one, and says what it does; with `force` busy
    /// connections above it are cut off.
    func setPoolSize(
        _ size: Arguments.Argument,
        for origin: Origin?,
        force: Bool = false
    ) async throws(ShellProblem) -> CommandOutput {
        guard let count = Int(size.text), count >= 1, count <= 1_000_000 else {
            throw .settingValue(
                name: "pool.size",
                value: size.text,
                expected: "a whole number from 1 up",
                size.span
            )
        }
        guard let origin else {
            return try await self.changeLimits("pool.size", to: size.text, force: force)
        }
        var settings = self.settings
        settings.limits.perOriginOverrides[origin] = count
        return await self.applyLimits(settings, force: force)
    }

    /// Changes a limit by its setting's name, and says what it does.
    func changeLimits(
        _ name: String,
        to value: String,
        force: Bool = false
    ) async throws(ShellProblem) -> CommandOutput {
        let setting = try Self.setting(name, nil)
        var settings = self.settings
        guard setting.set(&settings, value) else {
            throw .settingValue(name: name, value: value, expected: setting.expected, nil)
        }
        self.settingSources[name] = .session
        return await self.applyLimits(settings, force: force)
    }

    private func applyLimits(_ settings: SettingsValues, force: Bool) async -> CommandOutput {
        let before = self.events.latestSequence
        let open = Set(await self.session.transport.snapshot().connections.map(\.id))
        await self.apply(settings, force: force)
        let context = self.console.outputContext
        let news = self.events.events.filter { $0.sequence > before }
        let snapshot = await self.session.transport.snapshot()
        // Those that are still closing, and those that have closed by now: more of them than the
        // pool remembers, or after the events were read.
        let closed = news.compactMap { event -> ConnectionID? in
            guard case .closed(let epitaph) = event.kind, epitaph.reason == .shrunk else {
                return nil
            }
            return event.connection
        }
        let gone = (snapshot.connections.filter { $0.state == .closing } + snapshot.closed).filter {
            $0.closeReason == .shrunk && open.contains($0.id)
        }
        let ids = Set(closed + gone.map(\.id)).sorted()
        let lines = news.compactMap { ResizeLine.text(for: $0, closing: ids, in: context) }
        let json = PoolJSON.line(for: snapshot)
        guard !lines.isEmpty else { return .remark("nothing changed", json: [json]) }
        return CommandOutput(lines, json: [json], isRemark: true)
    }
}
