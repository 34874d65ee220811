package io.millrace.changes;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.jspecify.annotations.Nullable;

/**
 * A message that a service wrote into PostgreSQL's log with {@code pg_logical_emit_message}, as Debezium's connector sends it:
 *
 * <pre>
 * value = { op: "m", source: block, message: { prefix: text, content: bytes } }
 * </pre>
 *
 * @param prefix the name of the message's kind
 * @param content the content in bytes; null if it is not bytes, because binary.handling.mode is not bytes
 * @param transaction the id of the transaction that wrote it; null for a message outside of transactions
 */
public record LogicalMessage(
        String prefix,
        @Nullable ByteBuffer content,
        @Nullable Object transaction) {
    private static final String OPERATION_CODE = "m";
    private static final String MESSAGE = "message";
    private static final String TRANSACTION = "txId";

    /** The message of a record; empty if the record is another one. */
    public static Optional<LogicalMessage> find(ConnectRecord<?> record) {
        Object value = record.value();
        if (!OPERATION_CODE.equals(RowValues.get(value, ChangeReader.OPERATION))) {
            return Optional.empty();
        }
        Object message = RowValues.get(value, MESSAGE);
        return RowValues.get(message, "prefix") instanceof String prefix
                ? Optional.of(new LogicalMessage(
                        prefix,
                        bytesOf(RowValues.get(message, "content")),
                        RowValues.get(RowValues.get(value, ChangeReader.SOURCE), TRANSACTION)))
                : Optional.empty();
    }

    /** The id of the transaction that made a change; null if the source has none. */
    public static @Nullable Object transactionOf(ChangeReader change) {
        return change.source(TRANSACTION);
    }

    private static @Nullable ByteBuffer bytesOf(@Nullable Object content) {
        if (content instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        return content instanceof ByteBuffer buffer ? buffer.duplicate() : null;
    }

    /** Without the content. */
    @Override
    public String toString() {
        return "message " + RecordPlace.abbreviate(prefix);
    }
}
