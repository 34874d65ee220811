package io.millrace.connectors.channel.history;

import java.util.Set;

/**
 * The bounds of a history.
 *
 * @param cluster the first part of every position
 * @param windowMs for how many milliseconds an event is kept
 * @param maxBytes how many bytes the events of all partitions take at most; the newest event is kept
 * @param resumeWaitMs for how many milliseconds a subscriber waits if its position has not been read yet
 * @param conflated the types of which a subscriber that is behind gets the newest only
 */
public record HistorySettings(String cluster, long windowMs, long maxBytes, long resumeWaitMs, Set<String> conflated) {
    public HistorySettings {
        conflated = Set.copyOf(conflated);
    }
}
