package io.millrace.tools.chain;

import java.util.List;
import org.apache.kafka.connect.connector.ConnectRecord;

/** What became of a record on its way through a connector's transforms. */
public sealed interface Outcome {
    /**
     * It came out at the end.
     *
     * @param record as the connector's converters would be given it
     */
    record Passed(ConnectRecord<?> record) implements Outcome {}

    /**
     * A transform answered with nothing.
     *
     * @param stage which one
     * @param reasons why, as far as it is known
     */
    record Dropped(String stage, List<String> reasons) implements Outcome {}

    /**
     * A transform threw, for which Connect stops the task.
     *
     * @param stage which one
     * @param reason what it said
     */
    record Refused(String stage, String reason) implements Outcome {}
}
