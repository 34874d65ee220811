package io.millrace.benchmarks.claimcheck;

import java.util.Locale;

/** A contender that stores payloads. */
enum ClaimCheckContender {
    /** The task of EventSourceConnector round a source in memory. */
    SOURCE("EventSource"),
    /** What restores payloads in the projection sink, with as many bytes under way as the byte budget permits. */
    BUDGET("together, 64 MiB"),
    /** The same, batch by batch of the default {@code batch.bytes}. */
    SINK("sink's batches"),
    /** The transform ClaimCheck or RestorePayload, record by record. */
    SMT("transform"),
    /** The converter, message by message. */
    CONVERTER("converter"),
    /** The storer or the retriever of large-message-core. */
    BAKDATA("bakdata"),
    /** The AWS SDK's asynchronous client alone. */
    SDK("AWS SDK, 32 at once"),
    /** As {@link #SOURCE}, with a threshold that nothing exceeds: what the batches themselves need. */
    PASSING("nothing stored");

    private final String title;

    ClaimCheckContender(String title) {
        this.title = title;
    }

    /** As in the options. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ClaimCheckContender of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    /** As in the figures. */
    @Override
    public String toString() {
        return title;
    }
}
