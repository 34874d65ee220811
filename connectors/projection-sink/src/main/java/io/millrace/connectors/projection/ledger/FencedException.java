package io.millrace.connectors.projection.ledger;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/** Another task has claimed a partition in the ledger; nothing was written. */
public final class FencedException extends ConnectException {
    private static final long serialVersionUID = 1L;

    public FencedException(String message) {
        super(message);
    }

    /** Another task claimed a partition. */
    public static FencedException of(TopicPartition partition, long epoch, long found) {
        return new FencedException(
                partition + " was claimed with epoch " + epoch + ", and then by another task with epoch " + found);
    }
}
