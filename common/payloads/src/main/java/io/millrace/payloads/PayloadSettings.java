package io.millrace.payloads;

/**
 * How payloads are handled, whatever the store.
 *
 * @param thresholdBytes values of more bytes are stored
 * @param maxBytes larger payloads are refused, both ways
 * @param bytesInFlight how many bytes of payloads under way, and of their compressed copies, may be in memory
 * @param codec how payloads are compressed
 * @param cacheEntries of how many payloads is remembered that they are stored
 */
record PayloadSettings(int thresholdBytes, int maxBytes, int bytesInFlight, Codec codec, int cacheEntries) {}
