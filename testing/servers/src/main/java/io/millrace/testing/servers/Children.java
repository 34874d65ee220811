package io.millrace.testing.servers;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The children that run now. Where this process ends in an orderly way (also by Ctrl-C or SIGTERM) those that are left are
 * stopped, the last one first, since each may need the ones before it to stop well.
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

    /** Whether this process is about to end, so that a child's death is no news. */
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
