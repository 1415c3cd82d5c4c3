internal import HTTPModel

/// A page that shows lanes in a browser: one file, which loads nothing and sends nothing.
///
/// Data are in a script element that is never run; text comes into the document by `textContent`
/// only; a content security policy lets no script run but the page's own, which it knows by a
/// number used once.
package enum LanePage {
    /// The bytes of the page.
    ///
    /// - Parameters:
    ///   - lanes: What is shown.
    ///   - names: What the requests were.
    ///   - title: What stands above.
    ///   - generator: Who made it, such as `linger 0.3.0`.
    ///   - nonce: Letters and digits that nobody could foresee.
    /// - Returns: The page, in UTF-8.
    package static func bytes(
        of lanes: Lanes,
        names: RequestNames,
        title: String,
        generator: String,
        nonce: String
    ) -> [UInt8] {
        precondition(
            nonce.utf8.allSatisfy { $0.isASCIIAlphanumeric } && nonce.utf8.count >= 16,
            "the nonce \(nonce) is none"
        )
        var data = PageData(lanes, names: names)
        let title = Self.escaped(title)
        var page = Array(Self.head(title: title, nonce: nonce).utf8)
        page += Self.body(title: title, generator: Self.escaped(generator)).utf8
        page += "<script type=\"application/json\" id=\"data\">".utf8
        page += data.bytes()
        page += "</script>\n<script nonce=\"\(nonce)\">\n".utf8
        page += PageScript.text.utf8
        page += "</script>\n</body>\n</html>\n".utf8
        return page
    }

    /// Whether a file is such a page.
    package static func isPage(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: Self.opening.utf8)
    }

    /// How every page begins.
    private static let opening = """
        <!DOCTYPE html>
        <html lang="en" data-made-by="linger">

        """

    private static func head(title: String, nonce: String) -> String {
        let policy = [
            "default-src 'none'", "script-src 'nonce-\(nonce)'", "style-src 'nonce-\(nonce)'",
            "img-src data:", "base-uri 'none'", "form-action 'none'",
        ].joined(separator: "; ")
        return Self.opening + """
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <link rel="icon" href="data:,">
            <title>\(title)</title>
            <style nonce="\(nonce)">
            \(PageStyle.text)</style>
            </head>

            """
    }

    private static func body(title: String, generator: String) -> String {
        """
        <body>
        <main>
        <h1>\(title)</h1>
        <p>Connections over time, by \(generator). Nothing is loaded from anywhere.</p>
        <noscript><p>The lanes are drawn by the page's own script, which is switched off.</p>
        </noscript>
        <dl id="summary"></dl>
        \(Self.tools)
        \(Self.chart)
        \(Self.table("connections", "Connections"))
        \(Self.table("requests", "Requests"))
        </main>
        <div id="tip" role="tooltip" hidden></div>

        """
    }

    private static let tools = """
        <div class="tools" role="toolbar" aria-label="What is shown">
        <label>Origin <select id="origin"><option value="">all</option></select></label>
        <label>Connection <select id="connection"><option value="">all</option></select></label>
        <label>Use <select id="use"><option value="">all</option>\
        <option>new</option><option>reused</option></select></label>
        <button type="button" id="zoom-in" aria-label="Zoom in">+</button>
        <button type="button" id="zoom-out" aria-label="Zoom out">−</button>
        <button type="button" id="zoom-all">All</button>
        <span id="range" role="status"></span>
        </div>
        """

    private static let chart = """
        <div id="chart" tabindex="0" role="application" aria-label="Lanes of connections" \
        aria-describedby="keys">
        <svg id="lanes" role="presentation"></svg>
        </div>
        <div id="pool-box"><svg id="pool" role="img" \
        aria-label="Open connections, running and waiting requests over time"></svg></div>
        <ul class="legend">
        <li><svg aria-hidden="true"><rect width="18" height="11" class="connect"/></svg>connect</li>
        <li><svg aria-hidden="true"><rect width="18" height="11" class="tls"/></svg>TLS</li>
        <li><svg aria-hidden="true"><rect width="18" height="11" class="wait"/></svg>wait</li>
        <li><svg aria-hidden="true"><rect width="18" height="11" class="receive"/></svg>receive</li>
        <li><svg aria-hidden="true"><rect width="18" height="11" class="failed"/></svg>failed</li>
        <li><svg aria-hidden="true"><rect y="5" width="18" height="2" class="idle"/></svg>idle</li>
        <li><svg aria-hidden="true"><path d="M4 1l8 8m0 -8l-8 8" class="closed"/></svg>closed</li>
        <li><svg aria-hidden="true"><path d="M0 6h18" class="curve open"/></svg>\
        open connections</li>
        <li><svg aria-hidden="true"><path d="M0 6h18" class="curve busy"/></svg>\
        running requests</li>
        <li><svg aria-hidden="true"><path d="M0 6h18" class="curve waiting"/></svg>\
        waiting requests</li>
        </ul>
        <section id="details" aria-label="The selected request" aria-live="polite">
        <p id="hint"><span id="keys">Arrow keys go from request to request and from lane to lane, \
        + and − zoom, Shift with an arrow key moves in time, 0 shows all, Escape selects nothing.\
        </span> With a pointer: click for details, drag to move, Ctrl and the wheel to zoom.</p>
        <dl id="facts"></dl>
        </section>
        """

    private static func table(_ id: String, _ title: String) -> String {
        """
        <section aria-labelledby="\(id)-title">
        <h2 id="\(id)-title">\(title)</h2>
        <div class="scroll"><table aria-labelledby="\(id)-title">
        <thead><tr id="\(id)-head"></tr></thead>
        <tbody id="\(id)-rows"></tbody>
        </table></div>
        <div class="pager">
        <button type="button" id="\(id)-before" aria-label="Earlier \(id)">←</button>
        <span id="\(id)-count" role="status"></span>
        <button type="button" id="\(id)-after" aria-label="Later \(id)">→</button>
        </div>
        </section>
        """
    }

    /// Text that is safe between tags and in attributes.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in Sanitizer.line(text) {
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }
}

extension UInt8 {
    fileprivate var isASCIIAlphanumeric: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}
