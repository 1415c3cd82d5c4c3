package import HTTPModel

extension ErrorSentences {
    /// Why certificates or keys of ours cannot be used.
    package static func render(_ error: ConnectionOptionsError) -> RenderedError {
        switch error {
        case .trustRoots(let path, let detail):
            RenderedError(
                kind: "trust_roots",
                words: "tls.ca unusable",
                message: "cannot take roots from \(Self.safe(path)): \(Self.safe(detail))",
                hint: "tls.ca names a PEM file of certificates; system is the machine's own"
            )
        case .certificate(let path, let detail):
            RenderedError(
                kind: "client_certificate",
                words: "tls.cert unusable",
                message: "cannot take a certificate from \(Self.safe(path)):"
                    + " \(Self.safe(detail))",
                hint: "tls.cert names a PEM file with our certificate first"
            )
        case .key(let path, let detail):
            RenderedError(
                kind: "client_key",
                words: "tls.key unusable",
                message: "cannot take a private key from \(Self.safe(path)):"
                    + " \(Self.safe(detail))",
                hint: "tls.key names a PEM file with the key of tls.cert"
            )
        case .passphrase(let path):
            RenderedError(
                kind: "client_key_passphrase",
                words: "tls.key needs its passphrase",
                message: "cannot decrypt the private key in \(Self.safe(path)):"
                    + " the passphrase is missing or wrong",
                hint: "`set tls.key FILE` asks for it, at a terminal"
            )
        case .incomplete(.some(let certificate), _):
            RenderedError(
                kind: "client_key_missing",
                words: "tls.cert without tls.key",
                message: "the certificate in \(Self.safe(certificate)) has no private key",
                hint: "`set tls.key FILE`, or `unset tls.cert`"
            )
        case .incomplete(.none, let key):
            RenderedError(
                kind: "client_certificate_missing",
                words: "tls.key without tls.cert",
                message: "the private key in \(Self.safe(key ?? "")) has no certificate",
                hint: "`set tls.cert FILE`, or `unset tls.key`"
            )
        case .keyMismatch(let certificate, let key):
            RenderedError(
                kind: "client_key_mismatch",
                words: "tls.key is another certificate's",
                message: "the private key in \(Self.safe(key)) is not that of the certificate in"
                    + " \(Self.safe(certificate))",
                hint: "`unset tls.cert` first, where both change"
            )
        }
    }
}
