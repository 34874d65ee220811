package io.millrace.testing.servers;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A server that is a child process on a loopback port that the system chose, and that can be killed and started again on
 * the same port with its data. Not for several threads, except for {@link #isAlive}.
 */
public abstract class LoopbackServer implements AutoCloseable {
    private volatile int port;
    private volatile ChildProcess child;

    LoopbackServer() {}

    /** Starts the process for {@link #port}, without waiting for it. */
    abstract ChildProcess launch();

    /** Whether the server does its work now. */
    abstract boolean answers();

    abstract Duration timeToStart();

    /** What the server answered last while it did not do its work, for the message of a failed start. */
    String lastAnswer() {
        return "";
    }

    /** Called with a new port before the server is launched on it for the first time. */
    void prepare() {}

    /** Called when a start has ended, whether the server answers or has failed. */
    void afterStart() {}

    /**
     * Starts the server on a free port; returns when it answers. The port is kept in the directory, and used again by a later
     * start there if it is free.
     *
     * @throws ServerFailedException if it does not; the message has the end of its log
     */
    final void startOnFreePort(Path directory) {
        KeptPort kept = new KeptPort(directory);
        for (int attempt = 1; ; attempt++) {
            port = attempt == 1 ? kept.findFree().orElseGet(FreePort::ask) : FreePort.ask();
            prepare();
            try {
                run();
                kept.write(port);
                return;
            } catch (ServerFailedException e) {
                if (attempt == FreePort.ATTEMPTS || !FreePort.wasTaken(child.output())) {
                    throw e;
                }
            }
        }
    }

    private void run() {
        child = launch();
        try {
            child.awaitReady(timeToStart(), () -> FreePort.answers(port) && answers(), this::lastAnswer);
        } catch (ServerFailedException e) {
            child.kill();
            throw e;
        } finally {
            afterStart();
        }
    }

    public int port() {
        return port;
    }

    public long pid() {
        return child.pid();
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    /** Ends the server as a crash does; {@link #restart} uses its data again. */
    public void kill() {
        child.kill();
    }

    /** Suspends the server, with all its connections open, until {@link #resume} or {@link #kill}. */
    public void suspend() {
        child.suspend();
    }

    /** Continues a suspended server, as if no time had passed. */
    public void resume() {
        child.resume();
    }

    /**
     * Starts the server again on the same port, after it was stopped if it still runs.
     *
     * @throws ServerFailedException if it does not start
     */
    public void restart() {
        child.close();
        run();
    }

    /** Stops the server in an orderly way. */
    @Override
    public void close() {
        child.close();
    }
}
