package io.millrace.connectors.redrive.letters;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What is sent of a letter: the bytes of its key and value, its timestamp, and headers of a bounded size.
 *
 * @param letter the letter
 * @param topic the target
 * @param partition the partition; null if the key decides
 * @param headers its headers there
 */
public record RedrivenRecord(
        DeadLetter letter, String topic, @Nullable Integer partition, RecordHeaders headers) {
    /**
     * A letter that comes back. Its partition is that of the record that was refused if both topics have as many, so that the order in
     * a partition is kept as well.
     *
     * @param topic the target
     * @param partitions how many partitions the topic has
     * @param originPartitions how many partitions the topic has from which the record was refused; 0 if it does not exist
     * @param nowMs milliseconds since 1970
     */
    public static RedrivenRecord of(DeadLetter letter, String topic, int partitions, int originPartitions, long nowMs) {
        Integer partition = letter.origin()
                .filter(origin -> partitions == originPartitions && origin.partition() < partitions)
                .map(origin -> origin.partition())
                .orElse(null);
        return new RedrivenRecord(letter, topic, partition, RedriveHeaders.ofRedriven(letter, nowMs));
    }

    /**
     * A letter that is parked.
     *
     * @param reason why
     * @param nowMs milliseconds since 1970
     */
    public static RedrivenRecord parked(DeadLetter letter, String reason, long nowMs) {
        return new RedrivenRecord(
                letter,
                RedriveTarget.PARKED.topicOf(letter).orElseThrow(),
                null,
                RedriveHeaders.ofParked(letter, reason, nowMs));
    }

    /** For a producer of bytes. */
    public ProducerRecord<byte[], byte[]> toProducerRecord() {
        return new ProducerRecord<>(
                topic,
                partition,
                letter.timestampMs() < 0 ? null : letter.timestampMs(),
                letter.record().key(),
                letter.record().value(),
                headers);
    }

    /** The place of the letter and its target, without its content. */
    @Override
    public String toString() {
        return letter + " to " + topic;
    }
}
