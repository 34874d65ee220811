package io.millrace.context;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.LogicalMessage;
import io.millrace.changes.Operation;
import io.millrace.config.Option;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.jspecify.annotations.Nullable;

/**
 * The logical message that the service wrote in PostgreSQL's transaction before the change. Its content has sqlcommenter's format.
 * The last message of the prefix so far holds until the transaction ends, so a transaction that does the work of several requests
 * writes one before each. The rows of a snapshot have no transaction.
 */
final class MessageSource implements ContextSource {
    private static final String NAME = "message";
    private static final String PLACE = "the logical message";

    private static final Option<Map<String, String>> NAMES = KeyNames.option("message.names", NAME)
            .medium("The names of keys in the logical message, as key=name. A key that is not listed has the same name "
                    + "there.");
    private static final Option<String> PREFIX = Option.string("message.prefix")
            .defaultTo("millrace.context")
            .nonEmpty()
            .medium("The prefix of the logical messages with which services of a PostgreSQL source attach a request "
                    + "to a transaction: pg_logical_emit_message(true, prefix, content). The event source sends no "
                    + "record for such a message.");

    static final SourceType TYPE = new SourceType(
            NAME,
            "the last logical message before the change in PostgreSQL's transaction, in sqlcommenter's format",
            List.of(NAMES, PREFIX),
            settings -> new MessageSource(
                    new ContextPairs(
                            settings.completeNames(NAMES.get(settings.config())),
                            PlusSign.PLUS,
                            settings.limit(),
                            settings.refused(),
                            PLACE),
                    PREFIX.get(settings.config())));

    private final ContextPairs pairs;
    private final String prefix;

    private @Nullable Object transaction;
    private Map<String, String> values = Map.of();

    private MessageSource(ContextPairs pairs, String prefix) {
        this.pairs = pairs;
        this.prefix = prefix;
    }

    @Override
    public boolean observe(LogicalMessage message) {
        if (!message.prefix().equals(prefix)) {
            return false;
        }
        transaction = message.transaction();
        values = readValues(message);
        return true;
    }

    private Map<String, String> readValues(LogicalMessage message) {
        Map<String, String> read = new HashMap<>();
        ByteBuffer content = message.content();
        if (content == null) {
            pairs.refuseAll("its content is not bytes; set binary.handling.mode=bytes");
            return read;
        }
        try {
            pairs.addTo(
                    read, StandardCharsets.UTF_8.newDecoder().decode(content).toString());
        } catch (CharacterCodingException e) {
            pairs.refuseAll("its content is not UTF-8");
        }
        return read;
    }

    @Override
    public Optional<String> find(String key, ConnectRecord<?> record, ChangeReader change) {
        Operation operation = change.operation();
        return transaction != null
                        && operation != null
                        && operation != Operation.READ
                        && transaction.equals(LogicalMessage.transactionOf(change))
                ? Optional.ofNullable(values.get(key))
                : Optional.empty();
    }
}
