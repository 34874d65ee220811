package io.millrace.context;

import io.millrace.changes.ChangeReader;
import io.millrace.config.Option;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.jspecify.annotations.Nullable;

/**
 * Ids that are a function of the key and of the {@link ChangeOrigin}: all rows of a transaction have one id, and a replay
 * gives it again. Only a record without an origin has a random id.
 *
 * <p>For {@code traceparent} the id is a version 00 parent of the W3C's Trace Context, with the sampled flag; for every other
 * key it is a name-based UUID.
 */
final class GeneratedSource implements ContextSource {
    private static final String NAME = "generated";
    private static final Option<List<String>> GENERATE = SourceType.checkKeys(
                    NameLists.option("generate").defaultTo("").valid("none twice", NameLists::requireNoDuplicate),
                    NAME,
                    List::copyOf)
            .crossChecked(GeneratedSource::checkKinds)
            .medium("The keys for which an id is generated: a W3C trace parent for 'traceparent', a UUID for any "
                    + "other. The id depends only on the change's transaction: all its rows share the id, and a "
                    + "replay repeats it.");

    static final SourceType TYPE = new SourceType(
            NAME,
            "an id derived from the change's transaction",
            List.of(GENERATE),
            settings -> new GeneratedSource(Set.copyOf(GENERATE.get(settings.config()))));

    private static final HexFormat HEX = HexFormat.of();

    private final Set<String> keys;
    private final Map<String, String> values = new HashMap<>();
    private @Nullable String lastOrigin;

    /** @param keys the headers to generate values for */
    GeneratedSource(Set<String> keys) {
        this.keys = keys;
    }

    private static void checkKinds(String option, Map<String, Object> values) {
        for (String key : GENERATE.find(values).orElse(List.of())) {
            if (key.equals(TraceContext.TRACESTATE) || key.equals(Baggage.BAGGAGE)) {
                throw new ConfigException(
                        option, key, "the value of this header is not an id, and no other kind can be generated");
            }
        }
    }

    @Override
    public Optional<String> find(String key, ConnectRecord<?> record, ChangeReader change) {
        if (!keys.contains(key)) {
            return Optional.empty();
        }
        String origin = ChangeOrigin.of(record, change)
                .orElseGet(() -> UUID.randomUUID().toString());
        if (!origin.equals(lastOrigin)) {
            values.clear();
            lastOrigin = origin;
        }
        return Optional.of(values.computeIfAbsent(key, name -> generateId(name, origin)));
    }

    private static String generateId(String key, String origin) {
        byte[] name = (key + '\n' + origin).getBytes(StandardCharsets.UTF_8);
        return key.equals(TraceContext.TRACEPARENT)
                ? formatTraceparent(name)
                : UUID.nameUUIDFromBytes(name).toString();
    }

    private static String formatTraceparent(byte[] name) {
        byte[] digest = hashSha256(name);
        // Neither id may be all zeros; a bit that is always set rules it out.
        digest[0] |= 1;
        digest[16] |= 1;
        return "00-" + HEX.formatHex(digest, 0, 16) + '-' + HEX.formatHex(digest, 16, 24) + "-01";
    }

    private static byte[] hashSha256(byte[] name) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
