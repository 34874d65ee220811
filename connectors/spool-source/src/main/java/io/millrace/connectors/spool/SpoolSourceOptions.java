package io.millrace.connectors.spool;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.config.ProcessingGuarantee;
import io.millrace.partitions.BrokerOptions;
import io.millrace.spool.SpoolStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.AbstractConfig;

/** The options of the connector. */
final class SpoolSourceOptions {
    /** The place where transactions end: each record has its own position. */
    static final String BOUNDARY = "poll";

    private static final String NAME = "name";
    private static final String TASK_NUMBER = "spool.task.number";
    private static final String TASK_COUNT = "spool.task.count";

    static final Option<LogVerification> VERIFY = Option.choice("verify", LogVerification.class)
            .defaultTo("log")
            .high(
                    "log: records that Kafka may have written although the producer had no answer are looked up in the log"
                            + " of their partition, by the id of the event, and left out if they are there. off: they are sent;"
                            + " both copies have one id.");

    static final Option<Long> RECOVER_DELAY_MS = Option.int64("recover.delay.ms")
            .defaultTo(30_000L)
            .between(0, 3_600_000)
            .medium(
                    "How long after an object was first seen, and after the brokers did not answer for the last time, a log is"
                            + " looked up: by then, a request that was on its way to the brokers has arrived or failed.");

    static final Option<Long> VERIFY_MAX_RECORDS = Option.int64("verify.max.records")
            .defaultTo(1_000_000L)
            .atLeast(1)
            .low(
                    "How many records of a partition are looked up at once. If there are more, the records are sent without a"
                            + " look, and the metric Unverified counts them.");

    static final Option<CorruptObjects> ON_CORRUPT = Option.choice("on.corrupt", CorruptObjects.class)
            .defaultTo("fail")
            .high("What is done with an object that is incomplete, damaged or foreign, or missing between two others."
                    + " fail: the task fails with its name. skip: it is put aside below refused/ with the reason, and the"
                    + " next one follows; the metric RefusedObjects counts it.");

    static final Option<List<String>> SKIP_EVENT_IDS = Option.list("skip.event.ids")
            .defaultTo("")
            .medium(
                    "The ids of events that are left out, because Kafka refuses their records: a null key in a compacted topic,"
                            + " for example. Each one is logged as an error, and the metric RecordsSkipped counts them. Take an"
                            + " id out of the list after the recovery.");

    static final Option<ProcessingGuarantee> GUARANTEE = ProcessingGuarantee.option()
            .high("exactly_once: records and positions in the spool are committed in one Kafka transaction. It needs"
                    + " exactly.once.source.support=enabled on the workers, which must be distributed workers, and"
                    + " exactly.once.support=required in this configuration. at_least_once: after a failure, records may"
                    + " be sent again, with their ids.");

    static final Option<Integer> MAX_POLL_RECORDS = Option.int32("max.poll.records")
            .defaultTo(20_000)
            .atLeast(1)
            .medium("How many records are sent in one transaction, up to the end of an object.");

    static final OptionSet ALL = OptionSet.of(SpoolStore.LOCATION)
            .and(VERIFY, RECOVER_DELAY_MS, VERIFY_MAX_RECORDS, ON_CORRUPT, SKIP_EVENT_IDS, GUARANTEE, MAX_POLL_RECORDS)
            .and(BrokerOptions.ALL)
            .and(SpoolStore.OPTIONS);

    private SpoolSourceOptions() {}

    /** The connector's name, which Connect requires. */
    static String nameOf(AbstractConfig config) {
        return String.valueOf(config.originals().getOrDefault(NAME, "spool-source"));
    }

    static Duration delay(AbstractConfig config) {
        return Duration.ofMillis(RECOVER_DELAY_MS.get(config));
    }

    /** The configuration of a task, which recovers the incarnations of its share. */
    static Map<String, String> taskConfig(Map<String, String> connector, int number, int count) {
        Map<String, String> task = new HashMap<>(connector);
        task.put(TASK_NUMBER, String.valueOf(number));
        task.put(TASK_COUNT, String.valueOf(count));
        return task;
    }

    static int taskNumber(Map<String, String> task) {
        return Integer.parseInt(Objects.requireNonNull(task.get(TASK_NUMBER)));
    }

    static int taskCount(Map<String, String> task) {
        return Integer.parseInt(Objects.requireNonNull(task.get(TASK_COUNT)));
    }
}
