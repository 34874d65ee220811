package io.millrace.tools.transactions;

import io.millrace.tools.cluster.OpenTransaction;
import io.millrace.tools.cluster.TopicReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.coordinator.transaction.generated.TransactionLogKey;
import org.apache.kafka.coordinator.transaction.generated.TransactionLogValue;

/**
 * What the coordinators of transactions have decided, as {@code __transaction_state} contains it. Kafka compacts that topic, so what an
 * earlier transaction of a producer became may be missing. For one thread.
 */
final class CoordinatorLog {
    /** The topic of the coordinators. */
    static final String TOPIC = "__transaction_state";

    /** From this version of transactions on, a producer gets a new epoch with each transaction. */
    private static final int EPOCH_FOR_EACH_TRANSACTION = 2;

    // The numbers of the coordinator's states in its log.
    private static final byte ONGOING = 1;
    private static final byte PREPARE_COMMIT = 2;
    private static final byte PREPARE_ABORT = 3;
    private static final byte COMPLETE_COMMIT = 4;
    private static final byte COMPLETE_ABORT = 5;

    private final Map<Long, List<OpenTransaction>> byProducer = new HashMap<>();
    private final Map<Long, TransactionLogValue> latest = new HashMap<>();
    private final Map<Long, String> transactionalIds = new HashMap<>();
    private final Map<OpenTransaction, Verdict> endings = new HashMap<>();

    private CoordinatorLog(Collection<OpenTransaction> open) {
        open.forEach(transaction -> byProducer
                .computeIfAbsent(transaction.producerId(), id -> new ArrayList<>())
                .add(transaction));
    }

    /**
     * Reads what became of transactions.
     *
     * @param client the settings of a client that may read {@link #TOPIC}
     */
    static List<Verdict> judge(Collection<OpenTransaction> open, Map<?, ?> client) {
        CoordinatorLog log = new CoordinatorLog(open);
        if (!open.isEmpty()) {
            try (TopicReader reader = new TopicReader(List.of(TOPIC), client)) {
                reader.readToEnd(log::read);
            }
        }
        return open.stream().map(log::judge).toList();
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        findId(record.key()).ifPresent(id -> findValue(record.value()).ifPresent(value -> accept(id, value)));
    }

    /** Keys and values begin with their version, of two bytes. Those of later versions are passed over. */
    private static Optional<String> findId(byte[] key) {
        ByteBuffer buffer = ByteBuffer.wrap(key);
        short version = buffer.getShort();
        return version < TransactionLogKey.LOWEST_SUPPORTED_VERSION
                        || version > TransactionLogKey.HIGHEST_SUPPORTED_VERSION
                ? Optional.empty()
                : Optional.of(new TransactionLogKey(new ByteBufferAccessor(buffer), version).transactionalId());
    }

    private static Optional<TransactionLogValue> findValue(byte[] value) {
        if (value == null) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(value);
        short version = buffer.getShort();
        return version < TransactionLogValue.LOWEST_SUPPORTED_VERSION
                        || version > TransactionLogValue.HIGHEST_SUPPORTED_VERSION
                ? Optional.empty()
                : Optional.of(new TransactionLogValue(new ByteBufferAccessor(buffer), version));
    }

    private void accept(String id, TransactionLogValue value) {
        List<OpenTransaction> open = byProducer.get(value.producerId());
        if (open == null) {
            return;
        }
        latest.put(value.producerId(), value);
        transactionalIds.put(value.producerId(), id);
        Ending ending = endingOf(value.transactionStatus());
        if (ending == Ending.NONE) {
            return;
        }
        for (OpenTransaction transaction : open) {
            if (isOf(transaction, value)) {
                endings.put(transaction, new Verdict(transaction, ending, id, value.producerEpoch()));
            }
        }
    }

    private static Ending endingOf(byte state) {
        return switch (state) {
            case PREPARE_COMMIT, COMPLETE_COMMIT -> Ending.COMMITTED;
            case PREPARE_ABORT, COMPLETE_ABORT -> Ending.ABORTED;
            default -> Ending.NONE;
        };
    }

    /** Whether an entry is of a transaction: by its epoch if each transaction has one, otherwise by epoch and partition. */
    private static boolean isOf(OpenTransaction transaction, TransactionLogValue value) {
        if (value.clientTransactionVersion() >= EPOCH_FOR_EACH_TRANSACTION) {
            return value.producerEpoch() == transaction.epoch() + 1;
        }
        boolean isPrepared = value.transactionStatus() == PREPARE_COMMIT || value.transactionStatus() == PREPARE_ABORT;
        return isPrepared && value.producerEpoch() == transaction.epoch() && contains(value, transaction.partition());
    }

    private static boolean contains(TransactionLogValue value, TopicPartition partition) {
        return value.transactionPartitions() != null
                && value.transactionPartitions().stream()
                        .anyMatch(topic -> topic.topic().equals(partition.topic())
                                && topic.partitionIds().contains(partition.partition()));
    }

    private Verdict judge(OpenTransaction transaction) {
        TransactionLogValue now = latest.get(transaction.producerId());
        String id = transactionalIds.getOrDefault(transaction.producerId(), "");
        if (now != null && isRunning(now.transactionStatus()) && contains(now, transaction.partition())) {
            return new Verdict(transaction, Ending.NONE, id, transaction.epoch());
        }
        Verdict ended = endings.get(transaction);
        return ended == null ? new Verdict(transaction, Ending.UNKNOWN, id, transaction.epoch()) : ended;
    }

    private static boolean isRunning(byte state) {
        return state == ONGOING || state == PREPARE_COMMIT || state == PREPARE_ABORT;
    }
}
