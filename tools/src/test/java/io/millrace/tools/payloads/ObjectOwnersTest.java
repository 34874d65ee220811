package io.millrace.tools.payloads;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.StoredObject;
import io.millrace.payloads.StoredObjects;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** References of records, and of the bodies of messages that are stored themselves. */
class ObjectOwnersTest {
    @TempDir
    Path folder;

    private PayloadReference mine;
    private PayloadReference shared;
    private PayloadReference nested;
    private PayloadReference body;

    @BeforeEach
    void store() {
        try (PayloadWriter writer = Payloads.openWriter(
                PayloadOptions.WRITING.read(Map.of("payload.store", "file:" + folder)), "ObjectOwnersTest")) {
            mine = writer.writeNow("people", bytes("mine ".repeat(100)), null);
            shared = writer.writeNow("people", bytes("shared ".repeat(100)), null);
            nested = writer.writeNow("people", bytes("nested ".repeat(100)), null);
            body = writer.writeNow("people", bytes("{\"images\":[\"" + nested.uri() + "\"]}" + " ".repeat(1000)), null);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ConsumerRecord<byte[], byte[]> record(String key, String value) {
        return new ConsumerRecord<>("people", 0, 0, bytes(key), bytes(value));
    }

    private static ConsumerRecord<byte[], byte[]> stored(String key, PayloadReference body, String header) {
        ConsumerRecord<byte[], byte[]> record = record(
                key, "{\"millrace.payload.v1\":{\"size\":" + body.size() + ",\"sha256\":\"" + body.sha256() + "\"}}");
        if (header != null) {
            record.headers().add("millrace.payload", bytes(header));
        }
        return record;
    }

    private StoredObjects objects() {
        return Payloads.openObjects(PayloadOptions.OBJECTS.read(Map.of()), "file:" + folder);
    }

    private StoredBodies bodies() {
        return new StoredBodies(Map.of(), List.of("file:" + folder));
    }

    private ObjectOwners scan(List<ConsumerRecord<byte[], byte[]>> records, String keys) {
        try (StoredObjects objects = objects();
                StoredBodies bodies = bodies()) {
            ObjectOwners owners = ObjectOwners.of(objects, RecordKeys.parse(keys), bodies);
            records.forEach(owners::scanRecord);
            assertThat(bodies.unread()).isEmpty();
            return owners;
        }
    }

    @Test
    void tellsWhoseRecordsReferToAnObject() {
        ObjectOwners owners = scan(
                List.of(
                        record("1", "{\"uri\":\"" + mine.uri() + "\",\"sha256\":\"" + mine.sha256() + "\"}"),
                        record("1", "again " + mine.uri() + " and " + shared.uri()),
                        record("2", shared.uri()),
                        stored("3", body, body.toString())),
                "1");

        assertThat(owners.owned()).extracting(StoredObject::uri).containsExactlyInAnyOrder(mine.uri(), shared.uri());
        for (StoredObject object : owners.owned()) {
            assertThat(owners.others(object)).isEqualTo(object.uri().equals(mine.uri()) ? Set.of() : Set.of("2"));
        }
    }

    @Test
    void findsReferencesInStoredBodies() {
        for (String header : new String[] {body.toString(), "\"" + body + "\"", null}) {
            ObjectOwners owners = scan(List.of(stored("3", body, header), record("4", nested.uri())), "3");

            assertThat(owners.owned())
                    .extracting(StoredObject::uri)
                    .containsExactlyInAnyOrder(body.uri(), nested.uri());
            assertThat(owners.others(owners.owned().stream()
                            .filter(object -> object.uri().equals(nested.uri()))
                            .findFirst()
                            .orElseThrow()))
                    .containsExactly("4");
        }
    }

    /** Two objects of one content, stored on two days. */
    @Test
    void anObjectOfAnotherDayIsAnotherObject() {
        String other = mine.uri().replaceFirst("/[0-9-]{10}/", "/2020-01-01/");

        assertThat(scan(List.of(record("1", mine.uri()), record("2", other)), "1")
                        .owned())
                .singleElement()
                .satisfies(object -> assertThat(object.uri()).isEqualTo(mine.uri()));
        assertThat(scan(List.of(record("1", other)), "1").owned()).isEmpty();
        // A hash without a URI may mean each of them.
        ObjectOwners owners = scan(List.of(record("1", mine.uri()), record("2", mine.sha256())), "1");
        assertThat(owners.others(owners.owned().get(0))).containsExactly("2");
    }

    @Test
    void whatAStoredBodyRefersToIsNotUnreferenced() {
        try (StoredObjects objects = objects();
                StoredBodies bodies = bodies()) {
            Unreferenced unreferenced = Unreferenced.among(
                    objects, Set.of("people"), Instant.now().plus(Duration.ofDays(3)), Duration.ZERO, bodies);
            PayloadsCommand.scanRecord(stored("3", body, body.toString()), bodies, unreferenced::scanBytes);

            assertThat(unreferenced.objects())
                    .extracting(StoredObject::uri)
                    .containsExactlyInAnyOrder(mine.uri(), shared.uri());
            assertThat(unreferenced.topicsWithoutReference()).isEmpty();
            assertThat(bodies.unread()).isEmpty();
        }
    }

    @Test
    void aBodyThatCannotBeReadIsReported() {
        PayloadReference elsewhere = new PayloadReference(
                "s3://elsewhere/people/2026-01-01/" + "0".repeat(64),
                10,
                "0".repeat(64),
                io.millrace.payloads.Codec.NONE,
                null);
        try (StoredBodies bodies = bodies()) {
            assertThat(bodies.read(
                            stored("3", elsewhere, null).value(),
                            stored("3", elsewhere, elsewhere.toString()).headers()))
                    .isEmpty();
            assertThat(bodies.unread())
                    .hasValueSatisfying(reason ->
                            assertThat(reason).contains("s3://elsewhere/").contains("--body-locations"));
        }
        try (StoredBodies bodies = bodies()) {
            assertThat(bodies.read(
                            stored("3", elsewhere, null).value(),
                            stored("3", elsewhere, null).headers()))
                    .isEmpty();
            assertThat(bodies.unread()).isPresent();
        }
    }
}
