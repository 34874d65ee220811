package io.millrace.tools.chain;

import java.util.List;
import org.apache.kafka.connect.connector.ConnectRecord;

/** The outcome of a record in a connector's transforms. */
public sealed interface Outcome {
    /**
     * The record passed all transforms.
     *
     * @param record the record for the connector's converters
     */
    record Passed(ConnectRecord<?> record) implements Outcome {}

    /**
     * A transform returned no record.
     *
     * @param stage the transform
     * @param reasons the reasons, if they are known
     */
    record Dropped(String stage, List<String> reasons) implements Outcome {}

    /**
     * A transform threw an exception, which fails the task in Connect.
     *
     * @param stage the transform
     * @param reason the exception's message
     */
    record Refused(String stage, String reason) implements Outcome {}
}
