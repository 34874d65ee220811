package io.millrace.tools.payloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.ErasedPayloadException;
import io.millrace.payloads.PayloadReader;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.testing.s3.AccessPolicy;
import io.millrace.testing.s3.PolicyProxy;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ProjectFiles;
import io.millrace.testing.servers.S3Server;
import io.millrace.testing.servers.ServerDirectories;
import io.millrace.tools.CommandRun;
import io.millrace.tools.Millrace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command finds of payloads that were stored by the library and are referred to in a real topic. */
class PayloadsCommandIT {
    private static KafkaBroker broker;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        broker = KafkaBroker.start(Installation.locate(), ServerDirectories.newDirectory("payloads"), Map.of());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void deletesWhatNoRetainedRecordRefersTo() throws Exception {
        create("kept");
        PayloadReference inValue;
        PayloadReference inHeader;
        PayloadReference inFlight;
        PayloadReference expired;
        PayloadReference never;
        PayloadReference ofOther;
        try (PayloadWriter writer = writer()) {
            expired = store(writer, "kept", "expired");
            inValue = store(writer, "kept", "in a value");
            inHeader = store(writer, "kept", "in a header");
            inFlight = store(writer, "kept", "in an open transaction");
            never = store(writer, "kept", "never referred to");
            ofOther = store(writer, "other", "of another topic");
        }
        ageBy(3);
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("transactional.id", "in-flight");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record(expired.toString())).get();
            producer.send(record("{\"payload\":{\"uri\":\"" + aged(inValue, 3) + "\"}}"))
                    .get();
            ProducerRecord<byte[], byte[]> withHeader = record("{}");
            withHeader.headers().add("payload", inHeader.toString().getBytes(StandardCharsets.US_ASCII));
            producer.send(withHeader).get();
            producer.commitTransaction();
            producer.beginTransaction();
            producer.send(record(inFlight.toString())).get();
            deleteBefore(1);

            List<String> arguments = List.of(
                    "payloads",
                    "--store",
                    "file:" + folder,
                    "--topics",
                    "kept",
                    "--bootstrap-servers",
                    broker.bootstrapServers());
            String listed = run(arguments);
            assertThat(listed.lines().map(line -> line.split("\t", -1)[0]))
                    .containsExactlyInAnyOrder(aged(expired, 3), aged(never, 3));
            assertThat(files()).hasSize(6);
            assertThat(run(arguments, "--grace", "5d")).isEmpty();
            assertThat(run(arguments, "--stored-for", "other, more").lines())
                    .hasSize(3)
                    .anyMatch(line -> line.startsWith(aged(ofOther, 3)));

            assertThat(run(arguments, "--delete")).isEqualTo(listed);
        }

        assertThat(files())
                .containsExactlyInAnyOrder(aged(inValue, 3), aged(inHeader, 3), aged(inFlight, 3), aged(ofOther, 3));
        assertThat(run(List.of(
                        "payloads",
                        "--store",
                        "file:" + folder,
                        "--topics",
                        "kept",
                        "--bootstrap-servers",
                        broker.bootstrapServers(),
                        "--delete")))
                .isEmpty();
        try (PayloadReader reader = reader()) {
            PayloadReference moved = new PayloadReference(
                    aged(inValue, 3), inValue.size(), inValue.sha256(), inValue.codec(), inValue.contentType());
            assertThat(new String(reader.readNow(moved), StandardCharsets.UTF_8))
                    .isEqualTo("in a value");
        }
    }

    @Test
    void deletesObjectsOfABucket() throws Exception {
        create("bucketed");
        try (S3Server s3 = S3Server.start(
                        Installation.locate(), ServerDirectories.newDirectory("payloads-s3"), "shop-payloads");
                PolicyProxy cleaners = cleaners(s3)) {
            Map<String, Object> config = new HashMap<>(store(s3.endpoint(), s3.accessKeyId(), s3.secretAccessKey()));
            config.put(PayloadOptions.STORE.name(), "s3://shop-payloads/media/here");
            PayloadReference kept;
            try (PayloadWriter writer = Payloads.openWriter(PayloadOptions.WRITING.read(config), "PayloadsCommandIT");
                    KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                            Map.of("bootstrap.servers", broker.bootstrapServers()),
                            new ByteArraySerializer(),
                            new ByteArraySerializer())) {
                kept = store(writer, "bucketed", "kept");
                for (int i = 0; i < 20; i++) {
                    store(writer, "bucketed", "deleted " + i);
                }
                store(writer, "other", "of another topic");
                producer.send(new ProducerRecord<>("bucketed", kept.toString().getBytes(StandardCharsets.US_ASCII)))
                        .get();
            }
            folder = s3.objects("shop-payloads").resolve("media/here");
            ageBy(3);
            Path settings = Files.writeString(
                    s3.objects("shop-payloads").resolveSibling("store.properties"),
                    store("http://127.0.0.1:" + cleaners.port(), "cleaner", s3.secretAccessKey()).entrySet().stream()
                            .map(option -> option.getKey() + "=" + option.getValue() + "\n")
                            .collect(Collectors.joining()));

            String deleted = run(List.of(
                    "payloads",
                    "--store",
                    "s3://shop-payloads/media/here",
                    "--store-config",
                    settings.toString(),
                    "--topics",
                    "bucketed",
                    "--bootstrap-servers",
                    broker.bootstrapServers(),
                    "--delete"));

            assertThat(deleted.lines())
                    .hasSize(20)
                    .allMatch(line -> line.startsWith("s3://shop-payloads/media/here/bucketed/"));
            assertThat(files())
                    .hasSize(2)
                    .anyMatch(file -> file.contains(kept.sha256()))
                    .anyMatch(file -> file.contains("/other/"));
            assertThat(cleaners.used("cleaner")).containsExactly("s3:DeleteObject", "s3:ListBucket");
            assertThat(cleaners.refused()).isEmpty();
        }
    }

    /** The user whom the policy for this command lets in. */
    private static PolicyProxy cleaners(S3Server s3) throws IOException {
        AccessPolicy policy = AccessPolicy.read(
                ProjectFiles.of(Installation.locate()).root().resolve("deploy/security/s3-cleanup.json"));
        return new PolicyProxy(
                PolicyProxy.Transport.PLAIN,
                s3.port(),
                new PolicyProxy.AccessKey(s3.accessKeyId(), s3.secretAccessKey()),
                Map.of("cleaner", List.of(policy)));
    }

    private static Map<String, String> store(String endpoint, String user, String secret) {
        return Map.of(
                "payload.s3.endpoint", endpoint,
                "payload.s3.path.style", "true",
                "payload.s3.access.key.id", user,
                "payload.s3.secret.access.key", secret);
    }

    @Test
    void deletesNothingWhereNoReferenceCanBeRead() throws Exception {
        create("sealed");
        try (PayloadWriter writer = writer()) {
            store(writer, "sealed", "referred to by an encrypted value");
        }
        ageBy(3);
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("sealed", new byte[] {1, 2, 3})).get();
        }

        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Millrace.runCommand(
                List.of(
                        "payloads",
                        "--store",
                        "file:" + folder,
                        "--topics",
                        "sealed",
                        "--bootstrap-servers",
                        broker.bootstrapServers(),
                        "--delete"),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("nothing was deleted");
        assertThat(files()).hasSize(1);
    }

    private List<String> arguments(String topic) {
        return List.of(
                "payloads",
                "--store",
                "file:" + folder,
                "--topics",
                topic,
                "--bootstrap-servers",
                broker.bootstrapServers());
    }

    private static void send(ProducerRecord<byte[], byte[]> record) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(record).get();
        }
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String key, String value) {
        return new ProducerRecord<>(topic, bytes(key), bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private CommandRun failing(List<String> words, String... more) {
        CommandRun run =
                CommandRun.of(Stream.concat(words.stream(), Stream.of(more)).toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        return run;
    }

    @Test
    void deletesNothingForTopicsWithoutRecords() throws Exception {
        create("empty");
        create("filled");
        try (PayloadWriter writer = writer()) {
            store(writer, "empty", "of an empty topic");
            PayloadReference kept = store(writer, "filled", "kept");
            store(writer, "filled", "not kept");
            send(record("filled", "1", kept.toString()));
        }
        ageBy(3);

        assertThat(failing(arguments("empty"), "--delete").err()).contains("nothing was deleted", "have no records");
        assertThat(failing(arguments("empty,filled"), "--delete").err()).contains("nothing was deleted", "of empty");
        assertThat(files()).hasSize(3);
        // Another cluster with the same topics, which are empty there.
        Path other = Files.writeString(
                folder.resolveSibling(folder.getFileName() + ".properties"),
                "bootstrap.servers=" + broker.bootstrapServers() + "\ntopics=empty\n");
        assertThat(failing(arguments("filled"), "--clusters", other.toString(), "--delete")
                        .err())
                .contains("nothing was deleted", "have no records");
        assertThat(files()).hasSize(3);

        assertThat(run(arguments("empty,filled"), "--without-references", "empty", "--delete")
                        .lines())
                .hasSize(2);
        assertThat(files()).hasSize(1);
    }

    @Test
    void keepsWhatAMirrorRefersTo() throws Exception {
        create("here");
        create("mirror.here");
        PayloadReference old;
        try (PayloadWriter writer = writer()) {
            PayloadReference kept = store(writer, "here", "kept");
            old = store(writer, "here", "old");
            send(record("here", "1", kept.toString()));
            send(record("mirror.here", "2", old.toString()));
        }
        ageBy(3);
        Path mirror = Files.writeString(
                folder.resolveSibling(folder.getFileName() + ".properties"),
                "bootstrap.servers=" + broker.bootstrapServers() + "\ntopics=mirror.here\n");

        assertThat(run(arguments("here"), "--clusters", mirror.toString(), "--delete"))
                .isEmpty();
        assertThat(files()).hasSize(2);
        assertThat(run(arguments("here"), "--delete")).startsWith(aged(old, 3));
    }

    @Test
    void keepsWhatStoredBodiesReferTo() throws Exception {
        create("bodies");
        try (PayloadWriter writer = writer()) {
            PayloadReference nested = store(writer, "bodies", "nested");
            PayloadReference body = store(writer, "bodies", "{\"image\":\"" + nested.uri() + "\"}");
            store(writer, "bodies", "of nobody");
            ProducerRecord<byte[], byte[]> record = record(
                    "bodies",
                    "1",
                    "{\"millrace.payload.v1\":{\"size\":" + body.size() + ",\"sha256\":\"" + body.sha256() + "\"}}");
            record.headers().add("millrace.payload", bytes(body.toString()));
            send(record);
        }
        ageBy(3);

        assertThat(run(arguments("bodies"), "--delete").lines()).hasSize(1);
        assertThat(files()).hasSize(2);
    }

    @Test
    void erasesWhatOnlyTheKeysReferTo() throws Exception {
        create("people");
        PayloadReference mine;
        PayloadReference shared;
        try (PayloadWriter writer = writer()) {
            mine = store(writer, "people", "my picture");
            shared = store(writer, "people", "a shared picture");
            send(record("people", "{\"id\":7}", mine + " " + shared));
            send(record("people", "{\"id\":8}", shared.toString()));
        }
        List<String> erase = new ArrayList<>(arguments("people"));
        erase.add(1, "erase");
        erase.addAll(List.of("--keys", "{\"id\": 7}"));

        String listed = run(erase);
        assertThat(listed.lines())
                .containsExactlyInAnyOrder(mine.uri() + "\t10\terase", shared.uri() + "\t16\tkept: also of {\"id\":8}");
        try (PayloadReader reader = reader()) {
            assertThat(reader.readNow(mine)).isEqualTo(bytes("my picture"));
            assertThat(run(erase, "--delete")).isEqualTo(listed);

            assertThatThrownBy(() -> reader.readNow(mine)).isInstanceOf(ErasedPayloadException.class);
            assertThat(reader.readNow(shared)).isEqualTo(bytes("a shared picture"));
        }
        try (PayloadWriter writer = writer();
                PayloadReader reader = reader()) {
            assertThat(reader.readNow(store(writer, "people", "my picture"))).isEqualTo(bytes("my picture"));
        }
        erase.set(erase.size() - 1, "{\"id\": 9}");
        assertThat(failing(erase, "--delete").err())
                .contains("no record has the key {\"id\": 9}", "nothing was erased");
    }

    private String run(List<String> words, String... more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Millrace.runCommand(
                Stream.concat(words.stream(), Stream.of(more)).toList(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(exitCode).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static PayloadReference store(PayloadWriter writer, String topic, String text) {
        return writer.writeNow(topic, text.getBytes(StandardCharsets.UTF_8), "text/plain");
    }

    private static ProducerRecord<byte[], byte[]> record(String text) {
        return new ProducerRecord<>("kept", 0, null, text.getBytes(StandardCharsets.UTF_8));
    }

    /** As if everything had been stored so many days ago. */
    private void ageBy(int days) throws IOException {
        List<Path> stored;
        try (Stream<Path> files = Files.walk(folder)) {
            stored = files.filter(Files::isRegularFile).toList();
        }
        for (Path file : stored) {
            LocalDate day =
                    LocalDate.parse(file.getParent().getFileName().toString()).minusDays(days);
            Path older = file.getParent().resolveSibling(day.toString()).resolve(file.getFileName());
            Files.createDirectories(older.getParent());
            Files.move(file, older);
            Files.setLastModifiedTime(
                    older, FileTime.from(day.atStartOfDay(ZoneOffset.UTC).toInstant()));
        }
    }

    private static String aged(PayloadReference reference, int days) {
        Path file = Path.of(reference.uri().substring("file:".length()));
        LocalDate day =
                LocalDate.parse(file.getParent().getFileName().toString()).minusDays(days);
        return "file:" + file.getParent().resolveSibling(day.toString()).resolve(file.getFileName());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> "file:" + file)
                    .toList();
        }
    }

    private PayloadWriter writer() {
        return Payloads.openWriter(
                PayloadOptions.WRITING.read(
                        Map.of(PayloadOptions.STORE.name(), "file:" + folder, PayloadOptions.CODEC.name(), "none")),
                "PayloadsCommandIT");
    }

    private PayloadReader reader() {
        return Payloads.openReader(
                PayloadOptions.READING.read(Map.of(PayloadOptions.READ_LOCATIONS.name(), "file:" + folder)),
                "PayloadsCommandIT");
    }

    private static void create(String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
        }
    }

    private static void deleteBefore(long offset) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.deleteRecords(Map.of(new TopicPartition("kept", 0), RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get();
        }
    }
}
