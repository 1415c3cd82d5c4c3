import HTTPModel
import HTTPTypes

extension TransportRequest {
    /// The request as a proxy gets it that forwards it to its origin.
    ///
    /// The target is in absolute-form (RFC 9112, section 3.2.2), and `OPTIONS *` has neither path
    /// nor query (section 3.2.4). The proxy's credentials are added here, for a connection that is
    /// known to be the proxy's, and nowhere else.
    func forwarded(by proxy: Proxy) -> TransportRequest {
        var request = self
        let origin = self.origin.description
        request.target = self.target == "*" ? origin : origin + self.target
        if let credentials = proxy.credentials, request.fields[.proxyAuthorization] == nil {
            request.fields[.proxyAuthorization] = credentials.basicFieldValue
        }
        return request
    }
}
