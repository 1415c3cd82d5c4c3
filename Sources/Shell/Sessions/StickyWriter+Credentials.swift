import HTTPModel
import HTTPSession
import SessionFiles

/// The credentials of a saved session.
extension StickyWriter {
    /// Credentials are the `Authorization` field of a file.
    mutating func writeCredentials() {
        let all = self.entries.map { $0.state.credentials[$0.origin] }
        if let first = all.first ?? nil, all.allSatisfy({ $0 == first }),
            let origin = self.base?.origin, self.entries.allSatisfy({ $0.origin == origin }),
            !self.isTaken(first, at: 0)
        {
            self.session.defaultFields.removeAll { $0.name.isSameFieldName(as: "Authorization") }
            self.session.defaultFields.append(self.field(first, at: 0))
            return
        }
        for (index, credentials) in all.enumerated() {
            guard let credentials, self.takes("Authorization", at: index) else { continue }
            self.add([self.field(credentials, at: index)], to: index)
        }
    }

    private func isTaken(_ credentials: HTTPSession.Credentials, at index: Int) -> Bool {
        guard case .bearer(let token) = credentials.revealed() else { return false }
        return self.isTaken(.credentials(self.entries[index].origin), token, at: index)
    }

    private mutating func field(
        _ credentials: HTTPSession.Credentials,
        at index: Int
    ) -> HTTPModel.FieldLine {
        let place = StickyState.Place.credentials(self.entries[index].origin)
        switch credentials.revealed() {
        case .bearer(let token):
            return self.field("Authorization", token, prefix: "Bearer ", place, at: index)
        case .basic:
            let value = credentials.revealedFieldValue ?? ""
            return self.field("Authorization", value, place, at: index)
        case .digest(let user, let password):
            return self.field("Authorization", "Digest \(user) \(password)", place, at: index)
        }
    }
}
