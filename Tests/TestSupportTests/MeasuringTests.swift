import TestSupport
import Testing

@Suite("Measured programs", .timeLimit(.minutes(1)))
struct MeasuringTests {
    @Test
    func `a measurement has how the program ended and what it wrote`() throws {
        let script = "echo out; echo err >&2; exit 3"
        let measurement = try ProcessRunner.measure("/bin/sh", ["-c", script])
        #expect(measurement.status == .exited(3))
        #expect(measurement.standardOutput == "out\n")
        #expect(measurement.standardError == "err\n")
    }

    @Test
    func `memory is counted at its peak`() throws {
        // tail keeps all of it.
        let script = "head -c 64000000 /dev/zero | tail -c 64000000 > /dev/null"
        let measurement = try ProcessRunner.measure("/bin/sh", ["-c", script])
        #expect(measurement.peakMemory > 64_000_000)
        let little = try ProcessRunner.measure("/bin/true")
        #expect(little.peakMemory <= max(ProcessRunner.ownPeakMemory, 32_000_000))
    }

    @Test
    func `time spent computing is processor time, time spent waiting is not`() throws {
        let script = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"
        let busy = try ProcessRunner.measure("/bin/sh", ["-c", script])
        #expect(busy.userTime > .zero)
        #expect(busy.userTime <= busy.elapsed)
        let idle = try ProcessRunner.measure("/bin/sleep", ["0.2"])
        #expect(idle.elapsed >= .milliseconds(200))
        #expect(idle.userTime + idle.systemTime < .milliseconds(200))
    }

    @Test
    func `a program that does not exist is an error`() {
        #expect(throws: SystemCallError.self) { try ProcessRunner.measure("/nonexistent") }
    }
}
