package io.millrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.changes.ChangeReader;
import io.millrace.payloads.connect.PayloadSchema;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

class ChangedColumnsTest {
    private static final Schema PAYLOAD = PayloadSchema.of("image", Schema.OPTIONAL_BYTES_SCHEMA);

    private final ChangeReader reader = new ChangeReader();
    private final ChangedColumns changes = new ChangedColumns(reader);

    /** One content may be stored on two days, or in a fallback store. */
    @Test
    void comparesPayloadsByTheirContents() {
        assertThat(isChanged(payload("s3://b/2026-11-27/x", "aa"), payload("s3://b/2026-11-28/x", "aa")))
                .isFalse();
        assertThat(isChanged(payload("s3://b/2026-11-27/x", "aa"), payload("s3://b/2026-11-28/y", "bb")))
                .isTrue();
        assertThat(isChanged(null, payload("s3://b/2026-11-28/y", "bb"))).isTrue();
        assertThat(isChanged(map("s3://b/1", "aa"), map("s3://b/2", "aa"))).isFalse();
        assertThat(isChanged(map("s3://b/1", "aa"), map("s3://b/2", "bb"))).isTrue();
    }

    @Test
    void comparesOtherValuesAsTheyAre() {
        assertThat(isChanged("a", "a")).isFalse();
        assertThat(isChanged(new byte[] {1}, new byte[] {1})).isFalse();
        assertThat(isChanged("a", "b")).isTrue();
    }

    private boolean isChanged(Object before, Object after) {
        Map<String, Object> change = new HashMap<>(Map.of("op", "u", "source", Map.of("db", "shop")));
        change.put("before", row(before));
        change.put("after", row(after));
        reader.read(change);
        return changes.get("image");
    }

    private static Map<String, Object> row(Object image) {
        Map<String, Object> row = new HashMap<>();
        row.put("image", image);
        return row;
    }

    private static Struct payload(String uri, String sha256) {
        return new Struct(PAYLOAD)
                .put(PayloadSchema.FORMAT, PayloadSchema.PREFIX + "bytes")
                .put(PayloadSchema.URI, uri)
                .put(PayloadSchema.SIZE, 3L)
                .put(PayloadSchema.SHA256, sha256)
                .put(PayloadSchema.CODEC, "none");
    }

    private static Map<String, Object> map(String uri, String sha256) {
        return Map.of(
                PayloadSchema.FORMAT,
                PayloadSchema.PREFIX + "bytes",
                PayloadSchema.URI,
                uri,
                PayloadSchema.SIZE,
                3L,
                PayloadSchema.SHA256,
                sha256);
    }
}
