package io.millrace.connectors.schedule;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Whether schedules and replies fit into their topics. A record that does not fit would end the task, or stop it for ever.
 *
 * @param schedulesTopic the topic of the state
 * @param repliesTopic the topic of the replies; empty if none are sent
 * @param maxScheduleBytes the largest schedule
 * @param creates whether Connect creates topics that do not exist
 */
record RecordLimits(String schedulesTopic, Optional<String> repliesTopic, int maxScheduleBytes, boolean creates) {
    /** For the names and ids of a record, besides the schedule; and for a reply. */
    static final int OVERHEAD_BYTES = 16 * 1024;

    /**
     * Compares with the brokers' settings.
     *
     * @param topics queries the brokers
     * @return objections by the options to which they belong
     * @throws RetriableException if the brokers do not answer
     */
    Map<String, String> findObjections(TargetTopics topics) {
        Map<String, String> objections = new TreeMap<>();
        OptionalInt limit = topics.findLimit(schedulesTopic);
        if (limit.isPresent() && limit.getAsInt() < (long) maxScheduleBytes + OVERHEAD_BYTES) {
            objections.put(
                    ScheduleSourceOptions.MAX_SCHEDULE_BYTES.name(),
                    "expected that a schedule fits into max.message.bytes of " + schedulesTopic + ", with "
                            + OVERHEAD_BYTES + " bytes for names and ids, found " + maxScheduleBytes + " and "
                            + limit.getAsInt());
        }
        repliesTopic
                .flatMap(topic -> findObjection(topic, topics))
                .ifPresent(objection -> objections.put(ScheduleSourceOptions.REPLIES_TOPIC.name(), objection));
        return objections;
    }

    private Optional<String> findObjection(String replies, TargetTopics topics) {
        OptionalInt limit;
        try {
            limit = topics.findLimit(replies);
        } catch (RetriableException e) {
            throw e;
        } catch (ApiException e) {
            return Optional.of("expected a topic that can be used, found " + replies + ": " + e.getMessage());
        }
        if (limit.isEmpty()) {
            return creates
                    ? Optional.empty()
                    : Optional.of("expected a topic that exists, found " + replies
                            + ", which does not. Create it, or set topic.creation.default.*");
        }
        return limit.getAsInt() >= OVERHEAD_BYTES
                ? Optional.empty()
                : Optional.of("expected a topic whose max.message.bytes is at least " + OVERHEAD_BYTES + ", found "
                        + limit.getAsInt());
    }
}
