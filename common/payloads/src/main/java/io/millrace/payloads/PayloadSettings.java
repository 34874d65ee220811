package io.millrace.payloads;

/**
 * How payloads are handled, whatever the store.
 *
 * @param thresholdBytes values of more bytes are stored
 * @param maxBytes larger payloads are refused, both ways
 * @param inflightBytes how many bytes of payloads under way, and of their compressed copies, may be in memory
 * @param codec how payloads are compressed
 * @param cacheEntries how many stored payloads are remembered
 */
public record PayloadSettings(int thresholdBytes, int maxBytes, int inflightBytes, Codec codec, int cacheEntries) {
    /** The name of the option that sets {@link #maxBytes}, for messages. */
    public static final String MAX_BYTES = "payload.max.bytes";

    /** The name of the option that sets {@link #inflightBytes}, for messages. */
    public static final String INFLIGHT_BYTES = "payload.inflight.bytes";
}
