import Glibc
import HTTPModel
import NIOCore
import NIOPosix

/// Reads what the kernel knows of a TCP connection.
enum TCPInfo {
    /// TCP_INFO of a connection; nil if it is closed.
    ///
    /// Must be called on the channel's event loop.
    static func read(from opened: Dial.Opened) -> TCPFacts? {
        self.info(of: opened).map { info in
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
    static func isEstablished(_ opened: Dial.Opened) -> Bool {
        // Where the kernel does not tell, the loop will.
        self.info(of: opened).map { Int($0.tcpi_state) == TCP_ESTABLISHED }
            ?? opened.channel.isActive
    }

    /// The socket of `channel`; nil if it has none.
    static func socket(of channel: any Channel) -> NIOBSDSocket.Handle? {
        try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { $0 }
    }

    private static func info(of opened: Dial.Opened) -> tcp_info? {
        // Once the channel is closed the number may be another socket's.
        guard opened.channel.isActive, let socket = opened.socket else { return nil }
        var info = tcp_info()
        var size = socklen_t(MemoryLayout<tcp_info>.size)
        guard getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, &info, &size) == 0 else {
            return nil
        }
        return info
    }
}
