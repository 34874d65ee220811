package io.millrace.it.runbook;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Lets a shell's command have this JVM do something, e.g. start or stop a server that it is the parent of. */
final class RunbookMachines implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final HttpServer server;

    RunbookMachines() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(thread);
        server.start();
    }

    /** The command that does it; it ends when it is done, and fails with the stack trace where it cannot be done. */
    String command(String name, Runnable action) {
        server.createContext("/" + name, exchange -> {
            byte[] answer = new byte[0];
            try {
                action.run();
            } catch (RuntimeException e) {
                StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace));
                answer = trace.toString().getBytes(StandardCharsets.UTF_8);
            }
            exchange.sendResponseHeaders(answer.length == 0 ? 200 : 500, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        return "curl -sS --fail-with-body -X POST http://127.0.0.1:"
                + server.getAddress().getPort() + "/" + name;
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdown();
    }
}
