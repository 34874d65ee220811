package io.millrace.connectors.redrive.faults;

/**
 * An event that was written.
 *
 * @param key the key
 * @param number grows with each event
 * @param isRefused whether the view refuses it until the round is mended
 */
record SentEvent(int partition, long offset, int key, long number, boolean isRefused) {}
