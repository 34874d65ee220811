package io.millrace.connectors.channel.history;

/**
 * What a hub has, and what it has done since its creation.
 *
 * @param subscriptions how many there are
 * @param lagging how many of them have an event that they have not taken
 * @param bytes what the events take
 * @param oldestMs the age of the oldest event in milliseconds; 0 if there is none
 * @param recovered answers without missing events
 * @param notRecovered answers to a position with missing events, and resets
 * @param conflatedEvents events that were not delivered because of a newer one
 */
public record HistoryCounts(
        int subscriptions,
        int lagging,
        long bytes,
        long oldestMs,
        long recovered,
        long notRecovered,
        long conflatedEvents) {}
