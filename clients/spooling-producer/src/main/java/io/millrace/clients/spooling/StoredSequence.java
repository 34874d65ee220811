package io.millrace.clients.spooling;

/**
 * An object that is stored, and has no marker of the recovery.
 *
 * @param wallMs when it was stored, milliseconds since 1970
 */
record StoredSequence(long sequence, long wallMs) {}
