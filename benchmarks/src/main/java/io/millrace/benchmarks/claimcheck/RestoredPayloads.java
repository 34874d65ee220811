package io.millrace.benchmarks.claimcheck;

import java.util.BitSet;

/** The payloads that a contender has restored. */
final class RestoredPayloads {
    private final TestPayloads payloads;
    private final BitSet found = new BitSet();

    RestoredPayloads(TestPayloads payloads) {
        this.payloads = payloads;
    }

    /**
     * Compares every byte of a payload with what was stored.
     *
     * @throws IllegalStateException if it is another payload, or was restored before
     */
    void addPayload(byte[] payload) {
        int number = Math.toIntExact(TestPayloads.number(payload));
        if (number < 0 || found.get(number) || !payloads.isPayload(payload)) {
            throw new IllegalStateException("Payload " + number + " was restored twice, or with other bytes");
        }
        found.set(number);
    }

    /**
     * Checks that nothing is missing.
     *
     * @throws IllegalStateException if a payload was not restored
     */
    void requireAll(int records) {
        if (found.cardinality() != records || found.length() != records) {
            throw new IllegalStateException("Of " + records + " payloads " + found.cardinality() + " were restored");
        }
    }
}
