package io.millrace.connectors.projection.ledger;

/**
 * A record that was refused, or that is behind one with its key. It is in the dead letter queue.
 *
 * @param origin its place
 * @param key the hash of its topic and key, as {@link KeyHash} makes it
 * @param reason why it is held, without its content and its place; empty if it was read
 */
public record HeldRecord(RecordOrigin origin, String key, String reason) {}
