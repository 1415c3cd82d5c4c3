package import HTTPModel
import HTTPTypes

extension Session {
    /// Sends a request and sees it through its redirects and its single stale retry.
    ///
    /// Default fields, query parameters, cookies and credentials are added here, anew for each
    /// hop. Cancelling the task cancels the exchange. The exchange is in the log when this returns.
    ///
    /// - Parameters:
    ///   - request: What the user wants.
    ///   - number: Its number, if it was reserved.
    ///   - destination: Where the content of the final response goes.
    ///   - observer: Who watches it arrive.
    ///   - handOver: Who waits until the transport has its first attempt.
    /// - Returns: The exchange; what went wrong is in it.
    package func perform(
        _ request: SessionRequest,
        number: Int? = nil,
        to destination: BodyDestination = .memory,
        observer: (any BodyObserver)? = nil,
        handOver: HandOver? = nil
    ) async -> Exchange {
        defer { handOver?.end() }
        var exchange = self.exchange(of: request, number: number ?? self.reserveNumber())
        self.insert(
            .exchange(LoggedExchange(request: request, exchange: exchange, isRunning: true))
        )
        var sink = self.makeSink(destination, for: request) { path in
            observer?.waitsForReader(of: path)
        }
        if let observer { sink = ObservedSink(sink, observer: observer) }
        await self.run(
            request,
            &exchange,
            sink: sink,
            observer: observer,
            handOver: handOver
        )
        self.log.finish(exchange)
        return exchange
    }

    /// Sends a request as ``perform(_:number:to:observer:)`` does, and keeps it out of the log,
    /// unless its content went to a temporary file, which goes with its place in the log.
    ///
    /// - Parameters:
    ///   - request: What the user wants.
    ///   - keepsContent: Whether its content is kept, or counted only.
    /// - Returns: The exchange; what went wrong is in it.
    func performUnlogged(_ request: SessionRequest, keepsContent: Bool) async -> Exchange {
        var exchange = self.exchange(of: request, number: self.reserveNumber())
        let sink = self.makeSink(keepsContent ? .memory : .discard, for: request)
        await self.run(request, &exchange, sink: sink, observer: nil)
        if case .spilled = exchange.content {
            let logged = LoggedExchange(request: request, exchange: exchange, isRunning: false)
            self.insert(.exchange(logged))
        }
        return exchange
    }

    private func exchange(of request: SessionRequest, number: Int) -> Exchange {
        Exchange(
            number: number,
            name: request.name,
            issuedAt: self.configuration.clock(),
            isBackground: request.isBackground
        )
    }

    /// What `perform` would send first, for `--dry-run`; nothing is changed.
    package func preview(_ request: SessionRequest) -> RequestPreview {
        let hop = self.firstHop(of: request)
        let composition = self.previewComposition(of: request, hop)
        return RequestPreview(
            method: hop.method.rawValue,
            target: hop.target,
            fields: composition.lines,
            credentials: composition.credentials
        )
    }

    /// Makes the fields of a hop, and changes nothing by that.
    func previewComposition(of request: SessionRequest, _ hop: Hop) -> Composition {
        var store = self.cookieStore
        var exchanges = self.digestExchanges
        return self.composer(for: request, hop).compose {
            self.usesCookies(request, at: hop.target)
                ? store.fieldValue(for: self.cookieContext(for: hop.target)) : nil
        } digest: {
            exchanges.answer($0, for: hop, clientNonce: self.configuration.makeClientNonce())
        }
    }

    /// Takes an entry of the log, and removes the files of those that had to go for it.
    func insert(_ entry: LogEntry) {
        for file in self.log.insert(entry) { self.spillFolder.remove(file) }
    }

    /// How much is kept in memory of content that was shown as it arrived, or went to a file.
    ///
    /// Memory stays flat however long it is, and what most services answer is in no file.
    private static let shownBodyLimit = 1 << 20

    func makeSink(
        _ destination: BodyDestination,
        for request: SessionRequest,
        onWait: @escaping @Sendable (_ path: String) -> Void = { _ in }
    ) -> any ContentSink {
        let limit = self.settings(for: request.target.origin).bodyLimit
        let copyLimit = min(limit, Self.shownBodyLimit)
        return switch destination {
        case .memory: MemorySink(limit: limit, folder: self.spillFolder)
        case .shown:
            MemorySink(limit: copyLimit, folder: self.spillFolder)
        case .file(let path, _) where SpecialFile.isSpecial(path):
            SpecialFileSink(path: path, keeping: copyLimit) { onWait(path) }
        case .file(let path, let mode): FileSink(path: path, mode: mode, keeping: copyLimit)
        case .download(let download) where download.chosenPath.map(SpecialFile.isSpecial) == true:
            // Something like /dev/null, which must not be replaced.
            SpecialFileSink(path: download.chosenPath ?? "", keeping: copyLimit) {
                onWait(download.chosenPath ?? "")
            }
        case .download(let download):
            DownloadSink(download, keeping: copyLimit) { [folder = self.spillFolder] in
                MemorySink(limit: limit, folder: folder)
            }
        case .sink(let sink): ForwardingSink(sink)
        case .discard: CountingSink()
        }
    }

    func firstHop(of request: SessionRequest) -> Hop {
        var defaults = request.usesDefaults ? self.queryDefaults : QueryDefaults()
        if !request.defaultValues.isEmpty {
            defaults = defaults.replacing(with: request.defaultValues)
        }
        let target = defaults.apply(to: request.target, edits: request.query)
        return Hop(method: request.method, target: target, body: request.body)
    }

    func usesCookies(_ request: SessionRequest, at target: URI) -> Bool {
        request.usesCookies ?? self.settings(for: target.origin).usesCookies
    }

    func composer(for request: SessionRequest, _ hop: Hop) -> FieldComposer {
        let origin = hop.target.origin
        let netrc = request.usesDefaults ? self.netrcCredentials(for: hop) : nil
        var defaults = self.resolvedFields.fields(
            for: origin,
            of: self.defaultFields,
            settings: self.settings(for: origin),
            changes: self.changes
        )
        if !request.defaultValues.isEmpty {
            defaults = defaults.map { $0.replacing(with: request.defaultValues, at: origin) }
        }
        return FieldComposer(
            request: request,
            hop: hop,
            defaults: defaults,
            sessionCredentials: self.credentials[origin],
            netrcCredentials: netrc,
            withholdsNetrc: request.usesDefaults && netrc == nil && hop.hasLeftFirstOrigin
                && self.netrc?.credentials(for: origin.host, usesDefault: false) != nil,
            settings: self.settings(for: origin)
        )
    }

    /// Makes the fields of a hop, and says when the first of its cookies expires.
    ///
    /// The cookies that go with it are marked as used.
    func compose(
        _ request: SessionRequest,
        _ hop: Hop
    ) -> (composition: Composition, expiry: Int64?) {
        let mayHaveCookies = self.cookieStore.count > 0 && self.usesCookies(request, at: hop.target)
        if request.isPlain, !mayHaveCookies, !hop.hasLeftFirstOrigin, !hop.hasLostContent {
            var composition = self.plainComposition(of: request, hop)
            self.remarkBypass(
                request.usesCookies == false ? .request : .settings,
                hop,
                &composition
            )
            return (composition, nil)
        }
        var cookies: CookieFieldValue?
        var isAsked = false
        var composition = self.composer(for: request, hop).compose {
            isAsked = true
            guard mayHaveCookies else { return nil }
            cookies = self.cookieStore.fieldValue(for: self.cookieContext(for: hop.target))
            return cookies
        } digest: {
            self.digestAnswer($0, for: hop)
        }
        if !isAsked {
            self.remarkBypass(.ownField, hop, &composition)
        } else if !mayHaveCookies {
            self.remarkBypass(
                request.usesCookies == false ? .request : .settings,
                hop,
                &composition
            )
        } else if let cookies, cookies.leftOut > 0 {
            composition.remarks.append(.cookiesLeftOut(cookies.leftOut))
        }
        return (composition, cookies?.expiry)
    }

    /// Notes that the cookie store was not asked, if it had had something to say.
    private func remarkBypass(_ why: CookieBypass, _ hop: Hop, _ composition: inout Composition) {
        guard self.cookieStore.count > 0 else { return }
        let count = self.cookieStore.candidateCount(for: self.cookieContext(for: hop.target))
        if count > 0 { composition.remarks.append(.cookiesBypassed(count, why)) }
    }

    /// The fields of a request that says nothing about them and has no cookies.
    private func plainComposition(of request: SessionRequest, _ hop: Hop) -> Composition {
        let origin = hop.target.origin
        if let known = self.plainCompositions.composition(for: origin, changes: self.changes) {
            return known
        }
        let composition = self.composer(for: request, hop).compose {
            nil
        } digest: {
            self.digestAnswer($0, for: hop)
        }
        self.plainCompositions.insert(composition, for: origin)
        return composition
    }

    /// Makes the first hop of a request with its fields.
    func prepare(_ request: SessionRequest) -> PreparedRequest {
        let hop = self.firstHop(of: request)
        let (composition, expiry) = self.compose(request, hop)
        return PreparedRequest(
            hop: hop,
            composition: composition,
            expiry: expiry,
            changes: self.changes,
            cookieRevision: self.cookieStore.revision
        )
    }

    /// Whether what was prepared is what would be prepared now.
    func isCurrent(_ prepared: PreparedRequest) -> Bool {
        prepared.changes == self.changes
            // Each answer to a challenge of the Digest scheme is a new one.
            && prepared.composition.digest == nil
            && prepared.cookieRevision == self.cookieStore.revision
            && prepared.expiry.map { $0 > self.configuration.wallClock() } ?? true
    }
}

/// The first hop of a request with its fields, which a repetition sends until something changes.
///
/// Its cookies count as used when it is prepared, not each time that it is sent.
struct PreparedRequest {
    /// The hop.
    let hop: Hop
    /// Its fields.
    let composition: Composition
    /// When the first of its cookies expires.
    let expiry: Int64?
    /// The count of changes to the session when it was prepared.
    let changes: Int
    /// The count of changes to the cookies when it was prepared.
    let cookieRevision: Int
}

/// What a request would look like on the wire.
package struct RequestPreview: Sendable, Hashable {
    /// The method.
    package var method: String
    /// The target.
    package var target: URI
    /// The fields in order; the framing fields are the transport's.
    package var fields: [FieldLine]
    /// Where its credentials would come from.
    package var credentials: CredentialsSource?
}
