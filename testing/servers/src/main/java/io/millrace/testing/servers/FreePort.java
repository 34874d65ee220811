package io.millrace.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Loopback ports that are free by the system's answer. Another process may take one before it is used, so callers try
 * again.
 */
public final class FreePort {
    /** How often a server is started on another port because its port was taken in between. */
    static final int ATTEMPTS = 4;

    private FreePort() {}

    /** A port that is free now. */
    public static int ask() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("The system gave no free port", e);
        }
    }

    /** Whether the loopback port can be listened at. */
    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether a process listens on the loopback port. */
    static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a server's log reports that its port was taken. */
    static boolean wasTaken(String log) {
        return log.contains("Address already in use")
                || log.contains("port is already in use")
                || log.contains("Do you already have another mysqld server running");
    }
}
