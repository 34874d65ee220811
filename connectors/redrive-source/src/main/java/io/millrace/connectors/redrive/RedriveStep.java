package io.millrace.connectors.redrive;

import io.millrace.changes.RecordPlace;
import io.millrace.connectors.redrive.letters.RedrivenRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What is done with a letter. The records of a step belong to one transaction. */
sealed interface RedriveStep {
    /** The letter as it is in the queue. */
    ConsumerRecord<byte[], byte[]> letter();

    /**
     * The letter waits: it is written to the state topic.
     *
     * @param state the letter and when it is due
     * @param key the key of the state topic's record
     * @param value its value
     */
    @SuppressWarnings("ArrayRecordComponent") // They are never compared.
    record Held(HeldLetter state, byte[] key, byte[] value) implements RedriveStep {
        @Override
        public ConsumerRecord<byte[], byte[]> letter() {
            return state.letter();
        }

        /** The place of the letter. */
        @Override
        public String toString() {
            return "held " + state;
        }
    }

    /**
     * The letter is due in a moment. It is decided about then, and no position behind it is committed before.
     *
     * @param letter the letter
     * @param dueMs when, in milliseconds since 1970
     */
    record Soon(ConsumerRecord<byte[], byte[]> letter, long dueMs) implements RedriveStep {
        /** The place of the letter. */
        @Override
        public String toString() {
            return "soon " + placeOf(letter);
        }
    }

    /**
     * The letter is sent.
     *
     * @param letter the letter
     * @param record what is sent
     * @param isParked whether it is parked
     * @param wasHeld whether the state topic has it, so that a tombstone has to be written
     */
    record Sent(ConsumerRecord<byte[], byte[]> letter, RedrivenRecord record, boolean isParked, boolean wasHeld)
            implements RedriveStep {
        /** The place of the letter, and the topic. */
        @Override
        public String toString() {
            return "sent " + record;
        }
    }

    /**
     * The letter is not chosen.
     *
     * @param letter the letter
     */
    record Skipped(ConsumerRecord<byte[], byte[]> letter) implements RedriveStep {
        /** The place of the letter. */
        @Override
        public String toString() {
            return "skipped " + placeOf(letter);
        }
    }

    private static String placeOf(ConsumerRecord<byte[], byte[]> letter) {
        return RecordPlace.of(letter.topic(), letter.partition(), letter.offset());
    }
}
