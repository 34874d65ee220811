package io.millrace.tools.payloads;

import static org.assertj.core.api.Assertions.assertThat;

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
