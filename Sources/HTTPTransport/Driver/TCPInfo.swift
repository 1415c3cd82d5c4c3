import Glibc
import HTTPModel
import NIOCore
import NIOPosix

/// Reads what the kernel knows of a TCP connection.
enum TCPInfo {
    /// TCP_INFO of `channel`; nil if it is closed.
    ///
    /// Must be called on the channel's event loop.
    static func read(from channel: any Channel) -> TCPFacts? {
        guard channel.isActive else { return nil }
        let facts = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { descriptor -> TCPFacts? in
            var info = tcp_info()
            var size = socklen_t(MemoryLayout<tcp_info>.size)
            guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &size) == 0 else {
                return nil
            }
            return TCPFacts(
                roundTripTime: .microseconds(Int64(info.tcpi_rtt)),
                roundTripVariation: .microseconds(Int64(info.tcpi_rttvar)),
                retransmits: Int(info.tcpi_total_retrans)
            )
        }
        return facts.flatMap(\.self)
    }
}
