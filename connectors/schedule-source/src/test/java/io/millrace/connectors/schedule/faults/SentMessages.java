package io.millrace.connectors.schedule.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.testing.campaigns.Discrepancy;
import io.millrace.testing.campaigns.Discrepancy.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the committed messages and replies, and compares them with the commands: each command has one reply; a schedule that was
 * answered as pending has sent fewer messages than it has, one that was answered as ended all of them; no message is early. For one
 * thread.
 */
final class SentMessages implements AutoCloseable {
    private static final long MINUTE_MS = 60_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> topics;
    private final String replies;
    /** The dues of the messages of a command, by its number, in the order of their occurrences. */
    private final Map<Long, List<Message>> messages = new HashMap<>();
    /** The words of the replies, by the place of the command. */
    private final Map<String, List<String>> words = new HashMap<>();

    private long read;
    /** The numbers of the commands with messages that have not been compared. */
    private final Set<Long> fresh = new HashSet<>();

    private long delayMs;

    private record Message(int occurrence, long due, long time) {}

    /** What is known of an id when a command is read. */
    private enum State {
        NONE,
        PENDING,
        ENDED
    }

    SentMessages(String brokers, String target, int partitions, String replies) {
        this.replies = replies;
        this.topics = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            topics.add(new TopicPartition(target, i));
        }
        topics.add(new TopicPartition(replies, 0));
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(topics);
        consumer.seekToBeginning(topics);
    }

    /** The messages and replies that were read. */
    long read() {
        return read;
    }

    /** How long after its due time the latest message was written of those that were read since the last call. */
    long takeDelayMs() {
        long delay = delayMs;
        delayMs = 0;
        return delay;
    }

    /** Reads up to the ends of the topics, and compares everything that was ever sent. */
    List<Discrepancy> compare(List<SentCommand> commands) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(topics);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(Duration.ofMillis(100)).forEach(this::add);
        }
        commands.stream()
                // The messages of a recurring schedule are due before its command.
                .filter(command -> command.messages() == 1 && fresh.remove(command.number()))
                .flatMap(command -> messages.getOrDefault(command.number(), List.of()).stream())
                .forEach(message -> delayMs = Math.max(delayMs, message.time() - message.due()));
        fresh.clear();
        List<Discrepancy> found = new ArrayList<>();
        Map<String, List<SentCommand>> byId = new HashMap<>();
        commands.forEach(command ->
                byId.computeIfAbsent(command.id(), id -> new ArrayList<>()).add(command));
        byId.values().forEach(own -> compareId(own, found));
        Set<String> places = commands.stream().map(SentCommand::place).collect(Collectors.toSet());
        words.keySet().stream()
                .filter(place -> !places.contains(place))
                .forEach(place ->
                        found.add(new Discrepancy(Kind.WRONG, "a reply to " + place + ", which is no command")));
        return found;
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        read++;
        if (record.topic().equals(replies)) {
            words.computeIfAbsent(header(record, "schedule-request"), place -> new ArrayList<>())
                    .add(new String(record.value(), UTF_8));
        } else {
            Long command = Long.valueOf(new String(record.value(), UTF_8));
            fresh.add(command);
            messages.computeIfAbsent(command, number -> new ArrayList<>())
                    .add(new Message(
                            Integer.parseInt(header(record, "schedule-occurrence")),
                            Instant.parse(header(record, "schedule-due")).toEpochMilli(),
                            record.timestamp()));
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(
                Objects.requireNonNull(record.headers().lastHeader(name), name).value(), UTF_8);
    }

    private void compareId(List<SentCommand> commands, List<Discrepancy> found) {
        State state = State.NONE;
        SentCommand last = null;
        for (SentCommand command : commands) {
            if (last != null && state == State.PENDING) {
                // Whether it had ended when this command was read, its messages show.
                state = sent(last) == last.messages() ? State.ENDED : State.PENDING;
            }
            List<String> replied = words.getOrDefault(command.place(), List.of());
            if (replied.isEmpty()) {
                found.add(new Discrepancy(Kind.LOST, "the reply to " + command));
            } else if (replied.size() > 1) {
                found.add(new Discrepancy(Kind.REPEATED, "the reply to " + command + ": " + replied));
            } else if (!replied.get(0).equals(expected(command, state))) {
                found.add(new Discrepancy(
                        Kind.WRONG,
                        "expected the reply " + expected(command, state) + " to " + command + ", found " + replied
                                + "; before it is " + last));
            }
            compareMessages(command, found);
            if (command.isCancel()) {
                state = state == State.ENDED ? State.ENDED : State.NONE;
            } else {
                state = State.PENDING;
                last = command;
            }
        }
        if (state == State.PENDING && last != null && sent(last) < last.messages()) {
            found.add(new Discrepancy(
                    Kind.LOST, "expected " + last.messages() + " messages of " + last + ", found " + sent(last)));
        }
    }

    private static String expected(SentCommand command, State state) {
        return switch (state) {
            case NONE -> command.isCancel() ? "unknown" : "accepted";
            case PENDING -> command.isCancel() ? "cancelled" : "replaced";
            case ENDED -> command.isCancel() ? "too-late" : "accepted";
        };
    }

    private int sent(SentCommand command) {
        return messages.getOrDefault(command.number(), List.of()).size();
    }

    private void compareMessages(SentCommand command, List<Discrepancy> found) {
        List<Message> own = messages.getOrDefault(command.number(), List.of());
        for (int i = 0; i < own.size(); i++) {
            Message message = own.get(i);
            if (message.occurrence() != i + 1 || i >= command.messages()) {
                found.add(new Discrepancy(Kind.REPEATED, "message " + message + " of " + command));
            }
            if (message.due() != command.due() + i * MINUTE_MS) {
                found.add(new Discrepancy(Kind.WRONG, "another time in " + message + " of " + command));
            }
            if (message.time() < message.due()) {
                found.add(new Discrepancy(Kind.WRONG, "early: " + message + " of " + command));
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
