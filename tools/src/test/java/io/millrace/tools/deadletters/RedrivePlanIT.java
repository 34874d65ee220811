package io.millrace.tools.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.changes.TopicPlace;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import io.millrace.tools.CommandRun;
import io.millrace.tools.cluster.KafkaCluster;
import io.millrace.tools.input.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans of queues on a real broker. */
class RedrivePlanIT {
    private static KafkaBroker broker;
    private static Admin admin;
    private static KafkaProducer<byte[], byte[]> producer;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        broker = KafkaBroker.start(
                Installation.locate(),
                ServerDirectories.newDirectory("redrive-plan"),
                Map.of("auto.create.topics.enable", "false"));
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close(Duration.ZERO);
        admin.close(Duration.ZERO);
        broker.close();
    }

    @Test
    void sendsExactlyWhatThePlanHasToTheConnectorThatFailed() throws Exception {
        create("gated.dlq", 1);
        create("orders", 3);
        create("gated.retry", 3);
        send("gated.dlq", "gated", "orders-2@7", "a", "total does not fit", "user", "1");
        send("gated.dlq", "gated", "orders-1@8", "b", "no such column");
        send("gated.dlq", "gated", "orders-2@9", "a", "total does not fit");
        send("gated.dlq", "gated", "orders-2@10", "a", "too large", "millrace.error.record", "orders-2@10");
        Path file = folder.resolve("plan.jsonl");
        CommandRun plan =
                run("plan", "--topic", "gated.dlq", "--plan", file.toString(), "--where", "error.startsWith('to')");

        assertThat(plan.exitCode()).as(plan.err()).isZero();
        assertThat(plan.err()).contains("2 of 4 letters are in the plan");
        assertThat(plan.out())
                .contains("gated.dlq-0@0  orders-2@7  to gated.retry  attempts 1  total does not fit")
                .contains("       2  to gated.retry", "       2  from orders", "       2  total does not fit")
                .contains("       1  left out: its value was too large for the queue")
                .doesNotContain("secret");
        assertThat(read("gated.retry")).isEmpty();

        // Not in the plan.
        send("gated.dlq", "gated", "orders-2@11", "a", "total does not fit");
        assertThat(runOk("run", "--plan", file.toString(), "--delete"))
                .contains("2 letters were sent")
                .contains("the queue's records before {gated.dlq-0=1} were deleted");
        assertThat(runOk("run", "--plan", file.toString())).contains("0 letters were sent, 2 were before");

        List<ConsumerRecord<byte[], byte[]>> sent = read("gated.retry");
        assertThat(sent).extracting(ConsumerRecord::partition).containsExactly(2, 2);
        assertThat(sent).extracting(ConsumerRecord::timestamp).containsExactly(1_000_000L, 1_000_000L);
        assertThat(headers(sent.get(0)))
                .hasSize(4)
                .startsWith("user=1", "millrace.redrive.origin=orders-2@7", "millrace.redrive.attempt=1");
        assertThat(new String(sent.get(1).value(), UTF_8)).isEqualTo("secret of orders-2@9");
        assertThat(read("gated.dlq")).extracting(ConsumerRecord::offset).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void resumesAPlanThatWasInterrupted() throws Exception {
        create("long.dlq", 2);
        create("jobs", 2);
        for (int i = 0; i < 60; i++) {
            send("long.dlq", "long", "jobs-" + i % 2 + "@" + i, "k" + i % 7, "why");
        }
        Path file = folder.resolve("plan.jsonl");
        runOk("plan", "--topic", "long.dlq", "--plan", file.toString());
        RedrivePlan plan = RedrivePlan.read(file);
        Properties client = new Properties();
        client.put("bootstrap.servers", broker.bootstrapServers());
        try (KafkaCluster kafka = new KafkaCluster(client);
                PlanExecution first = new PlanExecution(plan, false, 10, kafka, client);
                PlanExecution second = new PlanExecution(plan, false, Long.MAX_VALUE, kafka, client)) {
            Thread slow = new Thread(() -> {
                try {
                    first.run(Instant.now());
                } catch (RuntimeException e) {
                    // The other one fences it, or the thread is interrupted.
                }
            });
            slow.start();
            while (read("jobs").isEmpty()) {
                Thread.onSpinWait();
            }
            long rest = second.run(Instant.now());
            assertThat(rest).isBetween(1L, 50L);
            slow.interrupt();
            slow.join();
        }
        assertThat(read("jobs")).hasSize(60).allSatisfy(record -> assertThat(headers(record))
                .contains("millrace.redrive.origin=jobs-" + record.partition() + "@"
                        + new String(record.value(), UTF_8).replaceAll(".*@", "")));
    }

    @Test
    void parksThePlanAndRefusesWhatItIsNotOf() throws Exception {
        create("odd.dlq", 1);
        create("odd.parked", 1);
        send("odd.dlq", "odd", "events-0@1", "a", "why");
        send("odd.dlq", "odd", "events-0@2", "a", "why");
        Path file = folder.resolve("plan.jsonl");
        runOk("plan", "--topic", "odd.dlq", "--plan", file.toString());
        assertThat(run("plan", "--topic", "odd.dlq", "--plan", file.toString()).err())
                .contains("expected a file that does not exist yet");
        assertThat(run("run", "--plan", file.toString()).err()).contains("the topics [events] do not exist");

        Path changed = folder.resolve("changed.jsonl");
        Files.writeString(changed, Files.readString(file).replace("events", "others"));
        assertThat(run("run", "--plan", changed.toString()).err()).contains("was changed or cut off");
        Files.writeString(changed, Files.readString(file).replace("\"version\":1", "\"version\":2"));
        assertThat(run("run", "--plan", changed.toString()).err()).contains("has the version 2, expected 1");
        Files.writeString(changed, "{}\n");
        assertThat(run("run", "--plan", changed.toString()).err()).contains("is not a plan");
        assertThat(run("run", "--plan", folder.resolve("none").toString()).err())
                .contains("cannot read");

        assertThat(runOk("park", "--plan", file.toString())).contains("2 letters were parked");
        assertThat(headers(read("odd.parked").get(0)))
                .contains(
                        "__connect.errors.connector.name=odd",
                        "__connect.errors.exception.message=why",
                        "millrace.redrive.parked=by millrace redrive park");
        assertThat(run("run", "--plan", file.toString()).err())
                .contains("run is refused, because letters of the plan")
                .contains("were taken by millrace redrive park already");
        Path parked = folder.resolve("parked.jsonl");
        create("events", 1);
        runOk("plan", "--topic", "odd.parked", "--plan", parked.toString());
        assertThat(run("park", "--plan", parked.toString()).err())
                .contains("odd.parked-0@0 is parked already: it would be sent to its own queue");
        assertThat(read("odd.parked")).hasSize(2);

        // Parked records come back by a plan, too.
        Path again = folder.resolve("again.jsonl");
        runOk("plan", "--topic", "odd.parked", "--plan", again.toString());
        runOk("run", "--plan", again.toString());
        assertThat(read("events")).hasSize(2);

        admin.deleteRecords(Map.of(new TopicPartition("odd.parked", 0), RecordsToDelete.beforeOffset(1)))
                .all()
                .get();
        RedrivePlan plan = RedrivePlan.read(again);
        RedrivePlan other = new RedrivePlan(
                "other",
                plan.created(),
                plan.queue(),
                plan.clusterId(),
                plan.topicId(),
                plan.complete(),
                plan.entries());
        assertThatThrownBy(() -> execute(other, plan.created()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("odd.parked-0@0 of the plan is not in the queue any more");
        assertThatThrownBy(() -> execute(other, plan.created().plus(PlanChecks.LIFETIME.plusSeconds(1))))
                .hasMessageContaining("expected a plan not older than 72 hours");
    }

    @Test
    void theOriginsOfAPlanAreThoseOfTheConnector() throws Exception {
        create("held.dlq", 1);
        create("jobs-of-held", 1);
        send("held.dlq", "held", "jobs-of-held-0@1", "a", "why");
        send("held.dlq", "another", "jobs-of-held-0@2", "a", "why");
        Path file = folder.resolve("plan.jsonl");
        runOk("plan", "--topic", "held.dlq", "--plan", file.toString());
        RedrivePlan plan = RedrivePlan.read(file);
        Properties client = new Properties();
        client.put("bootstrap.servers", broker.bootstrapServers());

        assertThat(PlanOrigins.read(plan, "held", client, plan.created()))
                .isEqualTo(new PlanOrigins(Set.of(new TopicPlace("jobs-of-held", 0, 1)), 1));
        Instant late = plan.created().plus(PlanChecks.LIFETIME.plusSeconds(1));
        assertThatThrownBy(() -> PlanOrigins.read(plan, "held", client, late))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("expected a plan not older than 72 hours");
        RedrivePlan other = new RedrivePlan(
                plan.id(), plan.created(), plan.queue(), plan.clusterId(), "other", plan.complete(), plan.entries());
        assertThatThrownBy(() -> PlanOrigins.read(other, "held", client, plan.created()))
                .hasMessageContaining("is of another topic");
        admin.deleteRecords(Map.of(new TopicPartition("held.dlq", 0), RecordsToDelete.beforeOffset(1)))
                .all()
                .get();
        assertThatThrownBy(() -> PlanOrigins.read(plan, "held", client, plan.created()))
                .hasMessageContaining("held.dlq-0@0 of the plan is not in the queue any more, as 0 others");
    }

    private static void execute(RedrivePlan plan, Instant now) {
        Properties client = new Properties();
        client.put("bootstrap.servers", broker.bootstrapServers());
        try (KafkaCluster kafka = new KafkaCluster(client);
                PlanExecution execution = new PlanExecution(plan, false, 100, kafka, client)) {
            execution.run(now);
        }
    }

    private static CommandRun run(String... words) {
        return CommandRun.of(Stream.concat(
                        Stream.concat(Stream.of("redrive"), Arrays.stream(words)),
                        Stream.of("--bootstrap-servers", broker.bootstrapServers()))
                .toArray(String[]::new));
    }

    private static String runOk(String... words) {
        CommandRun run = run(words);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out();
    }

    private static void create(String topic, int partitions) throws Exception {
        // The records have timestamps of 1970.
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(Map.of("retention.ms", "-1"))))
                .all()
                .get();
    }

    private static void send(String queue, String connector, String origin, String key, String why, String... headers)
            throws Exception {
        int dash = origin.lastIndexOf('-');
        int at = origin.indexOf('@');
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(
                queue, null, 1_000_000L, key.getBytes(UTF_8), ("secret of " + origin).getBytes(UTF_8));
        for (int i = 0; i < headers.length; i += 2) {
            letter.headers().add(headers[i], headers[i + 1].getBytes(UTF_8));
        }
        Map.of(
                        "topic", origin.substring(0, dash),
                        "partition", origin.substring(dash + 1, at),
                        "offset", origin.substring(at + 1),
                        "connector.name", connector,
                        "exception.message", why)
                .forEach((name, value) -> letter.headers().add("__connect.errors." + name, value.getBytes(UTF_8)));
        producer.send(letter).get();
    }

    private static List<String> headers(ConsumerRecord<byte[], byte[]> record) {
        List<String> texts = new ArrayList<>();
        record.headers().forEach(header -> texts.add(header.key() + "=" + new String(header.value(), UTF_8)));
        return texts;
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }
}
