package io.millrace.tools.status;

import io.millrace.tools.deadletters.ReasonCount;
import java.util.List;

/**
 * A connector's records in its dead letter queue.
 *
 * @param topic the queue
 * @param complete whether all records of the queue were read, and not the newest alone
 * @param reasons by reason, the highest count first
 */
record QueueCount(String topic, boolean complete, List<ReasonCount> reasons) {
    QueueCount {
        reasons = List.copyOf(reasons);
    }

    long records() {
        return reasons.stream().mapToLong(ReasonCount::records).sum();
    }
}
