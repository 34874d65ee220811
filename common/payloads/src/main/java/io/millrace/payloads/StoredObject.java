package io.millrace.payloads;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * An object that a store with names keeps.
 *
 * @param uri where it is
 * @param topic of the records that refer to it, from the name
 * @param day in UTC, on which it was first stored, from the name
 * @param sha256 of the payload before compression, from the name
 * @param bytes as they are stored
 * @param modified when it was written last
 */
public record StoredObject(String uri, String topic, LocalDate day, String sha256, long bytes, Instant modified) {
    /**
     * From when on no new reference to it is given out: when its day is over, since whoever has the same payload to store on
     * the same day is content with this object.
     */
    public Instant settled() {
        Instant end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        return end.isAfter(modified) ? end : modified;
    }
}
