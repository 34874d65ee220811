package io.millrace.testing.campaigns;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something that a fault waits for. */
@FunctionalInterface
public interface AwaitedCondition {
    /** Whether it holds now; an exception is a no, because a server that is struck does not answer. */
    boolean holds() throws Exception;

    /**
     * Waits until it holds.
     *
     * @param what names the condition
     * @throws IllegalStateException if the time is up
     */
    static void requireWithin(Duration timeout, String what, AwaitedCondition condition) throws InterruptedException {
        if (!awaitWithin(timeout, condition)) {
            throw new IllegalStateException("Waited " + timeout.toSeconds() + " s for " + what);
        }
    }

    /** Waits for a condition that need not come; returns whether it holds. */
    static boolean awaitWithin(Duration timeout, AwaitedCondition condition) throws InterruptedException {
        Logger log = LoggerFactory.getLogger(AwaitedCondition.class);
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                if (condition.holds()) {
                    return true;
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                log.debug("A condition cannot be decided now", e);
            }
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
