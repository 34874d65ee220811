package io.millrace.timers;

import java.util.OptionalLong;

/** The times of a schedule. */
@FunctionalInterface
public interface Occurrences {
    /**
     * The first time of the schedule after an instant; later instants never have an earlier answer.
     *
     * @param after milliseconds since 1970, exclusive
     * @return milliseconds since 1970; empty if the schedule has ended
     */
    OptionalLong nextAfter(long after);

    /** The schedule that has one occurrence, which is pending. */
    static Occurrences once() {
        return after -> OptionalLong.empty();
    }
}
