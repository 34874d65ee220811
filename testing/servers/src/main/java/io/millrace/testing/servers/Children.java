package io.millrace.testing.servers;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The running children. When this process ends in an orderly way (also by Ctrl-C or SIGTERM), they are stopped in
 * reverse order, since each may need the earlier ones for an orderly stop.
 */
public final class Children {
    private static final Deque<ChildProcess> RUNNING = new ArrayDeque<>();
    private static boolean ending;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Children::stopAll, "stop-children"));
    }

    private Children() {}

    static synchronized void add(ChildProcess child) {
        if (ending) {
            child.kill();
            throw new ServerFailedException(child.name() + " is not started: this process is about to end");
        }
        RUNNING.push(child);
    }

    static synchronized void remove(ChildProcess child) {
        RUNNING.remove(child);
    }

    /** Whether this process is ending, so that a child's end is expected. */
    public static synchronized boolean isEnding() {
        return ending;
    }

    private static void stopAll() {
        while (true) {
            ChildProcess child;
            synchronized (Children.class) {
                ending = true;
                child = RUNNING.poll();
            }
            if (child == null) {
                return;
            }
            child.close();
        }
    }
}
