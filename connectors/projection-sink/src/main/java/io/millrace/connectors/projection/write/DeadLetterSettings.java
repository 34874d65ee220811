package io.millrace.connectors.projection.write;

/**
 * The options of a task's configuration for Connect's dead letter queue.
 *
 * @param topic the value of {@value #TOPIC_OPTION}; empty if there is no queue
 * @param toleratesErrors whether {@value #TOLERANCE_OPTION} is {@code all}; otherwise Connect fails the task at the
 *     first record that is reported
 * @param addsHeaders whether records are reported as copies with {@link ErrorHeaders}
 * @param largestCopyBytes an estimate of the memory of the largest record that is copied
 * @param timeoutMs how long the queue may refuse all records before the task fails
 */
public record DeadLetterSettings(
        String topic, boolean toleratesErrors, boolean addsHeaders, long largestCopyBytes, long timeoutMs) {
    /** Connect's option that names the queue's topic. */
    public static final String TOPIC_OPTION = "errors.deadletterqueue.topic.name";

    /** Connect's option that lets a task continue after errors. */
    public static final String TOLERANCE_OPTION = "errors.tolerance";

    /** The option of the queue's producer that limits the size of a record. */
    public static final String REQUEST_SIZE_OPTION = "producer.override.max.request.size";

    boolean hasTopic() {
        return !topic.isEmpty();
    }
}
