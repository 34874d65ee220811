package io.millrace.transforms.context;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.connect.connector.ConnectRecord;

/**
 * Ids that are a function of the key and of the change's {@link ChangeOrigin}: all rows of a transaction have one id,
 * and a replay gives it again. Only a record that does not say where it comes from has an id by chance.
 *
 * <p>For {@code traceparent} it is a version 00 parent of the W3C's Trace Context, with the sampled flag; for every other
 * key a name-based UUID.
 */
final class GeneratedSource implements ContextSource {
    private static final HexFormat HEX = HexFormat.of();

    private final Set<String> keys;
    private final Map<String, String> values = new HashMap<>();
    private String lastOrigin;

    /** @param keys the headers to generate values for */
    GeneratedSource(Set<String> keys) {
        this.keys = keys;
    }

    @Override
    public Optional<String> value(String key, ConnectRecord<?> record, Envelope change) {
        if (!keys.contains(key)) {
            return Optional.empty();
        }
        String origin = ChangeOrigin.of(record, change)
                .orElseGet(() -> UUID.randomUUID().toString());
        if (!origin.equals(lastOrigin)) {
            values.clear();
            lastOrigin = origin;
        }
        return Optional.of(values.computeIfAbsent(key, name -> generate(name, origin)));
    }

    private static String generate(String key, String origin) {
        byte[] name = (key + '\n' + origin).getBytes(StandardCharsets.UTF_8);
        return key.equals(TraceContext.TRACEPARENT)
                ? traceparent(name)
                : UUID.nameUUIDFromBytes(name).toString();
    }

    private static String traceparent(byte[] name) {
        byte[] digest = sha256(name);
        // Neither id may be all zeros; a bit that is always set rules it out.
        digest[0] |= 1;
        digest[16] |= 1;
        return "00-" + HEX.formatHex(digest, 0, 16) + '-' + HEX.formatHex(digest, 16, 24) + "-01";
    }

    private static byte[] sha256(byte[] name) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
