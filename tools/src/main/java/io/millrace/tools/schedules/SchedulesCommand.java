package io.millrace.tools.schedules;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connectors.schedule.ScheduleFormat;
import io.millrace.timers.CronSchedule;
import io.millrace.timers.InvalidCronException;
import io.millrace.tools.cluster.KafkaCluster;
import io.millrace.tools.cluster.TopicReader;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.UsageException;
import java.io.PrintStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.errors.DataException;

/** {@code millrace schedules}: which messages wait for their time. Only {@code cancel} writes: a command, as a service would. */
public final class SchedulesCommand {
    /** The text of {@code --help}. */
    public static final String USAGE = """
        millrace schedules list|show --schedules TOPIC --bootstrap-servers HOST:PORT [--topic TARGET] [--json]
        millrace schedules cancel --id ID --schedules TOPIC --requests TOPIC --bootstrap-servers HOST:PORT
        millrace schedules next 'CRON' [--zone ZONE] [--count N]

        Reads the schedules of a ScheduleSourceConnector, and prints

          list    a line for each schedule, in the order in which they are due: due, topic, id, timing
          show    each schedule with everything that it has
          cancel  writes a command that cancels the schedule of an id; the reply is in the connector's replies.topic
          next    the next times of a cron expression, without a cluster

        Payloads and the values of headers are printed only with --values.

          --schedules TOPIC         the connector's schedules.topic
          --requests TOPIC          the connector's requests.topic
          --bootstrap-servers LIST  the brokers
          --client-config FILE      more settings for the clients, e.g. security.protocol; may have ${env:...}
          --id ID                   only the schedule of this id
          --topic TARGET            only schedules of messages to this topic
          --max N                   list and show print N schedules at most (1000)
          --values                  prints payloads, keys and the values of headers too
          --json                    a line of JSON for each schedule
          --zone ZONE               the time zone of the expression (UTC)
          --count N                 how many times (10)

        The user needs Read and Describe on the schedules; and to cancel, Write and Describe on the requests. Exits with 0; with 2
        if an argument is wrong, the topics cannot be used, or there is no schedule to cancel.
        """;

    private static final Set<String> ACTIONS = new TreeSet<>(Set.of("list", "show", "cancel", "next"));
    private static final long MAX_PRINTED = 1000;
    private static final long TIMES = 10;

    private final Arguments arguments;
    private final PrintStream out;
    private final PrintStream err;

    private SchedulesCommand(Arguments arguments, PrintStream out, PrintStream err) {
        this.arguments = arguments;
        this.out = out;
        this.err = err;
    }

    /** Runs it; returns the exit code. */
    public static int runCommand(List<String> words, PrintStream out, PrintStream err) {
        Set<String> valued =
                new HashSet<>(Set.of("--schedules", "--requests", "--id", "--topic", "--max", "--zone", "--count"));
        valued.addAll(KafkaCluster.OPTIONS);
        Arguments arguments = Arguments.parse(words, valued, Set.of("--json", "--values"));
        List<String> rest = arguments.rest();
        String action = rest.isEmpty() ? "" : rest.get(0);
        if (!ACTIONS.contains(action) || rest.size() != (action.equals("next") ? 2 : 1)) {
            throw new UsageException("schedules: expected one of " + ACTIONS
                    + (action.equals("next") ? ", and one expression in quotes" : "") + ", found " + rest
                    + " (try --help)");
        }
        SchedulesCommand command = new SchedulesCommand(arguments, out, err);
        return switch (action) {
            case "next" -> command.printTimes(rest.get(1));
            case "cancel" -> command.cancel();
            default -> command.printSchedules(action.equals("list"));
        };
    }

    private int printTimes(String expression) {
        CronSchedule cron;
        ZoneId zone;
        String zoneName = arguments.value("--zone").orElse("UTC");
        try {
            cron = CronSchedule.parse(expression);
            zone = ZoneId.of(zoneName);
        } catch (InvalidCronException e) {
            throw new UsageException("schedules: " + e.getMessage(), e);
        } catch (DateTimeException e) {
            throw new UsageException("--zone: expected a time zone such as Europe/Berlin, found '" + zoneName + "'", e);
        }
        Instant time = Instant.now();
        for (long i = arguments.parseNumber("--count").orElse(TIMES); i > 0; i--) {
            Optional<Instant> next = cron.nextAfter(time, zone);
            if (next.isEmpty()) {
                err.println("there are no further times");
                break;
            }
            time = next.get();
            out.println(time + "  " + time.atZone(zone).toOffsetDateTime());
        }
        return 0;
    }

    private int printSchedules(boolean lines) {
        List<PendingSchedule> found = readSchedules();
        long most = arguments.parseNumber("--max").orElse(MAX_PRINTED);
        boolean values = arguments.has("--values");
        found.stream().limit(most).forEach(schedule -> {
            if (arguments.has("--json")) {
                out.println(schedule.toJson(values));
            } else if (lines) {
                schedule.printLine(out);
            } else {
                schedule.print(out, values);
            }
        });
        out.flush();
        err.println(found.size() + " schedules" + (found.size() > most ? ", the first " + most + " are printed" : ""));
        return 0;
    }

    private int cancel() {
        String id = arguments.required("--id");
        String requests = arguments.required("--requests");
        List<PendingSchedule> found = readSchedules();
        if (found.isEmpty()) {
            throw new UsageException(
                    "there is no schedule of the id " + id + " in " + arguments.required("--schedules"));
        }
        Map<String, Object> settings = new HashMap<>();
        client().forEach((name, value) -> settings.put((String) name, value));
        settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (PendingSchedule schedule : found) {
                RecordMetadata written = producer.send(
                                new ProducerRecord<>(requests, schedule.partition(), id.getBytes(UTF_8), null))
                        .get();
                out.println("the cancel is " + written + "; the reply with this schedule-request is in replies.topic");
            }
            producer.close(Duration.ofSeconds(20));
        } catch (KafkaException | ExecutionException e) {
            throw new UsageException("cannot write to " + requests + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UsageException("interrupted while the cancel was written", e);
        }
        return 0;
    }

    private Properties client() {
        Properties client = KafkaCluster.readSettings(arguments);
        if (!client.containsKey("bootstrap.servers")) {
            throw new UsageException("--bootstrap-servers is missing (try --help)");
        }
        return client;
    }

    /** The schedules that are wanted, in the order in which they are due. */
    private List<PendingSchedule> readSchedules() {
        Map<String, PendingSchedule> pending = new HashMap<>();
        Optional<String> id = arguments.value("--id");
        Optional<String> target = arguments.value("--topic");
        try (TopicReader topic = TopicReader.ofCommitted(List.of(arguments.required("--schedules")), client())) {
            topic.readToEnd(record -> {
                if (record.key() == null || record.key().length == 0) {
                    return;
                }
                String name = new String(record.key(), UTF_8);
                String slot = record.partition() + ":" + name;
                pending.remove(slot);
                if (record.value() != null && (id.isEmpty() || id.get().equals(name))) {
                    pending.put(slot, read(record, name));
                }
            });
        }
        List<PendingSchedule> found = new ArrayList<>(pending.values());
        found.removeIf(schedule ->
                target.isPresent() && !target.get().equals(schedule.schedule().topic()));
        found.sort(Comparator.comparing(PendingSchedule::dueOrNever).thenComparing(PendingSchedule::id));
        return found;
    }

    private static PendingSchedule read(ConsumerRecord<byte[], byte[]> record, String id) {
        try {
            return new PendingSchedule(record.partition(), id, ScheduleFormat.read(record.value()));
        } catch (DataException e) {
            throw new UsageException(
                    record.topic() + "-" + record.partition() + "@" + record.offset() + " is not a schedule: "
                            + e.getMessage(),
                    e);
        }
    }
}
