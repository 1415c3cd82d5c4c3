import Glibc

/// What has to be known about the machine to read the numbers.
enum MachineFacts {
    /// Two lines: the machine, and how this program was built.
    static func text(rounds: Int) -> String {
        var system = utsname()
        uname(&system)
        let release = withUnsafeBytes(of: &system.release) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        var loads = [0.0]
        let load = getloadavg(&loads, 1) == 1 ? Figure.text(loads[0], decimals: 1) : "unknown"
        let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        return """
            \(cores) cores (\(Self.processor)), Linux \(release), load \(load)
            linger-bench: \(Self.build) build, \(rounds) rounds; median (least–greatest)
            """
    }

    private static var build: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }

    private static var processor: String {
        var name = "unknown processor"
        guard let file = fopen("/proc/cpuinfo", "r") else { return name }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0, let line {
            let parts = String(cString: line).split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].hasPrefix("model name") else { continue }
            name = parts[1].split(whereSeparator: \.isWhitespace).joined(separator: " ")
            break
        }
        return name
    }
}
