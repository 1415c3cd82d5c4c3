import Glibc
import SessionFiles
import Testing

/// The promises about speed hold for a release build, so that is where they are checked.
///
/// Processor time is measured, not the clock: other tests run at the same time.
@Suite("Reader: speed", .disabled(if: isDebugBuild, "only a release build is measured"))
struct ReadingSpeedTests {
    @Test func `a hundred thousand requests are read in a second`() {
        let block = "### t\n# @expect status 200\nGET http://a/b?c=d HTTP/1.1\nA: b\n\nbody\n\n"
        let text = String(repeating: block, count: 100_000)
        let start = processorSeconds()
        #expect(read(text).document.requestCount == 100_000)
        #expect(processorSeconds() - start < 1)
    }

    @Test func `a line of a hundred megabytes is read in a second`() {
        let bytes = Array("POST /\n\n".utf8) + [UInt8](repeating: 0x61, count: 100_000_000)
        let start = processorSeconds()
        #expect(SessionFileReader.read(bytes, file: "f").document.requestCount == 1)
        #expect(processorSeconds() - start < 1)
    }
}

/// The time that this thread has been running.
private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

#if DEBUG
    let isDebugBuild = true
#else
    let isDebugBuild = false
#endif
