package io.millrace.connectors.projection.faults;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whether the sink reads its topics from the first record again, because an operator wanted it: rows without a revision step
 * back meanwhile, and events take effect again. In the end every row is right.
 */
final class Replays {
    private final AtomicBoolean running = new AtomicBoolean();

    void begin() {
        running.set(true);
    }

    boolean isRunning() {
        return running.get();
    }

    void end() {
        running.set(false);
    }
}
