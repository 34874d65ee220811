package io.millrace.connectors.redrive;

import io.millrace.connectors.redrive.letters.DeadLetter;
import java.util.Optional;

/**
 * A letter that was read from a queue.
 *
 * @param letter the letter
 * @param foundMs when it was read, in milliseconds since 1970
 * @param isChosen whether the condition chooses it
 * @param failure why the condition cannot be evaluated; empty if it can
 */
record ReadLetter(DeadLetter letter, long foundMs, boolean isChosen, Optional<String> failure) {
    /** The letter's place, without its content. */
    @Override
    public String toString() {
        return letter + " found at " + foundMs;
    }
}
