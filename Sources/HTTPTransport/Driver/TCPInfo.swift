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
        self.info(of: channel).map { info in
            TCPFacts(
                roundTripTime: .microseconds(Int64(info.tcpi_rtt)),
                roundTripVariation: .microseconds(Int64(info.tcpi_rttvar)),
                retransmits: Int(info.tcpi_total_retrans)
            )
        }
    }

    /// Whether neither side has ended the connection, as far as the kernel has heard.
    ///
    /// Must be called on the channel's event loop. The loop itself hears of a FIN only when it
    /// next asks the kernel, which may be after requests that are due now.
    static func isEstablished(_ channel: any Channel) -> Bool {
        // Where the kernel does not tell, the loop will.
        self.info(of: channel).map { Int($0.tcpi_state) == TCP_ESTABLISHED } ?? channel.isActive
    }

    private static func info(of channel: any Channel) -> tcp_info? {
        guard channel.isActive else { return nil }
        let info = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { descriptor -> tcp_info? in
            var info = tcp_info()
            var size = socklen_t(MemoryLayout<tcp_info>.size)
            guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &size) == 0 else {
                return nil
            }
            return info
        }
        return info.flatMap(\.self)
    }
}
