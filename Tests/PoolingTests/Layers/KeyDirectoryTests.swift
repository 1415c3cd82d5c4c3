import HTTPModel
import Testing

@testable import Pooling

@Suite("Key directory")
struct KeyDirectoryTests {
    /// Enters keys in order; the books that say which stands where.
    private func entered(_ keys: [ConnectionKey]) -> (directory: KeyDirectory, books: [KeyBook]) {
        var directory = KeyDirectory()
        for key in keys { directory.enter(key) }
        return (directory, keys.map { KeyBook(origin: 0, key: $0) })
    }

    @Test func `an empty directory knows no key`() {
        let key = ConnectionKey(origin: Origin(scheme: .http, host: "a"))
        #expect(KeyDirectory().index(of: key, in: []) == nil)
    }

    @Test(arguments: [1, 3, 4, 5, 8, 9, 5_000])
    func `each key is found where it was entered, and no other is`(count: Int) {
        let keys = (0..<count).map { number in
            ConnectionKey(
                origin: Origin(
                    scheme: .https,
                    host: "h\(String(repeating: "o", count: number % 17))st-\(number / 2)",
                    port: 443 + number % 2
                )
            )
        }
        let (directory, books) = self.entered(keys)
        for (index, key) in keys.enumerated() {
            #expect(directory.index(of: key, in: books) == index)
            var other = key
            other.origin.port += 2
            #expect(directory.index(of: other, in: books) == nil)
        }
    }

    @Test func `keys that differ in what is not hashed are told apart`() {
        let origin = Origin(scheme: .http, host: "example.com", port: 443)
        var secure = ConnectionKey(origin: origin)
        secure.origin.scheme = .https
        var newer = ConnectionKey(origin: origin)
        newer.versionPolicy = .http2
        let keys = [
            ConnectionKey(origin: origin), secure, newer,
            ConnectionKey(origin: origin, route: .unix(path: "/run/a")),
            ConnectionKey(origin: origin, route: .unix(path: "/run/b")),
        ]
        let (directory, books) = self.entered(keys)
        for (index, key) in keys.enumerated() {
            #expect(directory.index(of: key, in: books) == index)
        }
    }
}
