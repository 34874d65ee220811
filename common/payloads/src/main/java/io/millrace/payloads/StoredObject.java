package io.millrace.payloads;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * An object in a store with names.
 *
 * @param uri the location
 * @param topic of the records that refer to it, from the name
 * @param day in UTC, on which it was first stored, from the name
 * @param sha256 of the payload before compression, from the name
 * @param bytes as they are stored
 * @param modified the time of the last write
 */
public record StoredObject(String uri, String topic, LocalDate day, String sha256, long bytes, Instant modified) {
    /**
     * The time after which no new reference to it is created: the end of its day. Until then, a writer with the same
     * payload refers to this object.
     */
    public Instant settled() {
        Instant end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        return end.isAfter(modified) ? end : modified;
    }
}
