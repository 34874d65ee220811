package io.millrace.connectors.channel.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/**
 * A random history of a topic, of several servers that read it, and of clients that subscribe at one server after the other. Each delivery is
 * compared with the list of all records.
 */
final class HistoryModel {
    /** What happened, over many histories. */
    static final class Tally {
        int delivered;
        int recovered;
        int notRecovered;
        int resets;
        int conflated;
        int recreated;
        int pauses;
        int restarts;
        int resumedQuiet;
    }

    private static final String TOPIC = "notifications";
    private static final String CONFLATED = "Progress";
    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");
    private static final int WINDOW_MS = 600_000;
    private static final int RESUME_WAIT_MS = 5_000;
    private static final int STEPS = 120;

    private final Random random;
    private final Tally tally;
    private final int partitions;
    private final int channels;
    private final List<List<LogRecord>> log = new ArrayList<>();
    private final Map<Integer, LogRecord> byId = new HashMap<>();
    private final List<Server> servers = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private int ids;
    private int incarnation;
    /** For each topic, the number before its first record. */
    private final List<Integer> firstIds = new ArrayList<>(List.of(-1));
    /** The number before the first record of the present topic. */
    private int beforeIncarnation = -1;

    private long nowMs = 1_000_000;

    HistoryModel(long seed, Tally tally) {
        this.random = new Random(seed);
        this.tally = tally;
        this.partitions = 1 + random.nextInt(3);
        this.channels = partitions + random.nextInt(5);
        for (int i = 0; i < partitions; i++) {
            log.add(new ArrayList<>());
        }
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            servers.add(new Server());
        }
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            clients.add(new Client());
        }
    }

    /** A record; of no channel if the channel is empty. */
    private record LogRecord(
            int id, int incarnation, int partition, long offset, long timeMs, String channel, ChannelEvent event) {}

    void play() {
        for (int i = 0; i < STEPS; i++) {
            step();
        }
        // At the end everyone gets everything.
        for (Server server : servers) {
            server.readAll();
        }
        nowMs += RESUME_WAIT_MS;
        servers.forEach(server -> server.hub.settle(true));
        clients.forEach(Client::takeAll);
        clients.forEach(Client::requireNothingMissing);
    }

    private void step() {
        Server server = servers.get(random.nextInt(servers.size()));
        Client client = clients.get(random.nextInt(clients.size()));
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> publish(1 + random.nextInt(6));
            case 4, 5, 6, 7 -> server.read(1 + random.nextInt(8));
            case 8 -> server.commit();
            case 9 -> server.restart();
            case 10, 11, 12 -> client.take(1 + random.nextInt(4));
            case 13 -> client.takeAll();
            case 14, 15 -> client.reconnect(server);
            case 16 -> client.advance();
            case 17 -> pass(random.nextInt(3) == 0 ? WINDOW_MS / 3 : random.nextInt(4_000));
            case 18 -> servers.forEach(Server::readAll);
            default -> {
                switch (random.nextInt(12)) {
                    case 0 -> recreate();
                    case 1 -> pauseBeyondRetention();
                    default -> {}
                }
            }
        }
    }

    private void pass(long millis) {
        nowMs += millis;
        servers.forEach(each -> each.hub.settle(false));
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            int channel = random.nextInt(channels);
            int partition = channel % partitions;
            List<LogRecord> records = log.get(partition);
            long offset = records.isEmpty()
                    ? 0
                    : records.get(records.size() - 1).offset + 1 + (random.nextInt(3) == 0 ? random.nextInt(4) : 0);
            String type = random.nextInt(3) == 0 ? CONFLATED : "Event";
            boolean ofNone = random.nextInt(10) == 0;
            int id = ids++;
            String name = ofNone ? "" : "c" + channel;
            // Several records have the same time and content except for their number.
            byte[] content = ("\"id\":" + id + ",\"data\":\"" + "x".repeat(random.nextInt(80)) + "\"}").getBytes(UTF_8);
            LogRecord created = new LogRecord(
                    id,
                    incarnation,
                    partition,
                    offset,
                    nowMs,
                    name,
                    new ChannelEvent(List.of(name), type, nowMs / 10_000L, content));
            records.add(created);
            byId.put(id, created);
        }
    }

    /** As Kafka does, a reader that is behind the end of the new topic begins at its beginning, and the group has no offsets. */
    private void recreate() {
        // Nobody can notice it who has read nothing, or finds as many records in the new topic.
        servers.forEach(Server::requireRecord);
        incarnation++;
        beforeIncarnation = ids - 1;
        firstIds.add(beforeIncarnation);
        tally.recreated++;
        for (List<LogRecord> records : log) {
            records.clear();
        }
        for (Server server : servers) {
            server.next.replaceAll((partition, offset) -> 0L);
            server.committed.replaceAll((partition, offset) -> 0L);
        }
        if (random.nextBoolean()) {
            publish(20);
        }
    }

    /** The servers read nothing until Kafka has deleted records; Connect calls a paused task all the same. */
    private void pauseBeyondRetention() {
        // Whether the topic was created again is noticed by its first records, which must not be deleted before.
        servers.forEach(Server::requireRecord);
        tally.pauses++;
        for (int i = 0; i < 4; i++) {
            publish(random.nextInt(6));
            nowMs += WINDOW_MS / 3;
            servers.forEach(server -> server.hub.settle(true));
        }
        for (List<LogRecord> records : log) {
            while (records.size() > 1 && nowMs - records.get(0).timeMs > WINDOW_MS) {
                records.remove(0);
            }
        }
        for (Server server : servers) {
            server.readAll();
            server.commit();
        }
    }

    private boolean isUnseen(LogRecord record, String channel, int afterId) {
        return record.channel.equals(channel) && record.id > afterId;
    }

    /** A task with its consumer. */
    private final class Server {
        private final Map<Integer, Long> committed = new HashMap<>();
        private final Map<Integer, Long> next = new HashMap<>();
        private final Map<Integer, Integer> readIds = new HashMap<>();
        private int readIncarnation;
        private ChannelHub hub;

        Server() {
            for (int i = 0; i < partitions; i++) {
                committed.put(i, 0L);
            }
            hub = createHub();
            begin();
        }

        private ChannelHub createHub() {
            long bytes = 600L + random.nextInt(6_000);
            return new ChannelHub(
                    new HistorySettings("m", WINDOW_MS, bytes, RESUME_WAIT_MS, Set.of(CONFLATED)), () -> nowMs);
        }

        private void begin() {
            next.clear();
            next.putAll(committed);
            readIncarnation = incarnation;
            for (int i = 0; i < partitions; i++) {
                readIds.put(i, findLastBefore(i, Math.max(committed.get(i), findStart(i))));
            }
            hub.open(topicPartitions().keySet());
            if (random.nextBoolean()) {
                hub.begin(topicPartitions());
            }
        }

        /** The first record that Kafka has not deleted: older ones are not owed. */
        private long findStart(int partition) {
            List<LogRecord> records = log.get(partition);
            return records.isEmpty() ? 0 : records.get(0).offset;
        }

        private int findLastBefore(int partition, long end) {
            return byId.values().stream()
                    .filter(record ->
                            record.incarnation == incarnation && record.partition == partition && record.offset < end)
                    .mapToInt(LogRecord::id)
                    .max()
                    .orElse(beforeIncarnation);
        }

        private Map<TopicPartition, Long> topicPartitions() {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            next.forEach((partition, offset) -> offsets.put(new TopicPartition(TOPIC, partition), offset));
            if (offsets.isEmpty()) {
                committed.forEach((partition, offset) -> offsets.put(new TopicPartition(TOPIC, partition), offset));
            }
            return offsets;
        }

        void read(int count) {
            int read = 0;
            for (int i = 0; i < count; i++) {
                read += readOne(random.nextInt(partitions)) ? 1 : 0;
            }
            hub.begin(topicPartitions());
            hub.settle(read == 0);
        }

        private boolean readOne(int partition) {
            Optional<LogRecord> found = log.get(partition).stream()
                    .filter(record -> record.offset >= next.get(partition))
                    .findFirst();
            if (found.isEmpty()) {
                return false;
            }
            LogRecord record = found.get();
            TopicPartition place = new TopicPartition(TOPIC, partition);
            if (record.channel.isEmpty()) {
                hub.skip(place, record.offset);
            } else {
                hub.append(place, record.offset, record.event);
            }
            next.put(partition, record.offset + 1);
            if (readIncarnation < incarnation) {
                readIncarnation = incarnation;
                readIds.replaceAll((each, id) -> beforeIncarnation);
            }
            readIds.put(partition, record.id);
            return true;
        }

        void readAll() {
            for (int i = 0; i < partitions; i++) {
                while (readOne(i)) {
                    // Until the end.
                }
            }
            hub.begin(topicPartitions());
            hub.settle(true);
        }

        /** The number of the last record that it has read of a partition. What was in an earlier topic is not owed by a new one. */
        int readIdOf(int partition) {
            return readIds.getOrDefault(partition, -1);
        }

        void requireRecord() {
            for (int i = 0; i < partitions; i++) {
                while (log.get(i).isEmpty()) {
                    publish(1);
                }
                readOne(i);
            }
        }

        void commit() {
            hub.beginnings(topicPartitions()).forEach((place, offset) -> committed.put(place.partition(), offset));
        }

        /** Ends the process, or only the task, and begins at the committed offsets. */
        void restart() {
            tally.restarts++;
            if (random.nextInt(3) == 0) {
                commit();
            }
            if (random.nextBoolean()) {
                hub = createHub();
                clients.stream().filter(client -> client.server == this).forEach(Client::disconnect);
            }
            begin();
        }
    }

    /** A client with one channel, which it never leaves for good. */
    private final class Client {
        private final String channel = "c" + random.nextInt(channels);
        private final int partition = Integer.parseInt(channel.substring(1)) % partitions;
        private Server server = servers.get(0);
        private Optional<Subscription> subscription = Optional.empty();
        private String position = "";
        /** The number of the last record behind which everything has to come; nothing is owed before the first answer. */
        private int seenId = -1;

        private boolean entitled;
        private int lastId = -1;
        private String log = "";

        void disconnect() {
            subscription.ifPresent(server.hub::unsubscribe);
            subscription = Optional.empty();
        }

        void reconnect(Server to) {
            disconnect();
            server = to;
            subscription = Optional.of(server.hub.subscribe(() -> {}, channel, position));
        }

        void take(int count) {
            for (int i = 0; i < count && subscription.isPresent(); i++) {
                Optional<Delivery> delivery = server.hub.take(subscription.get());
                if (delivery.isEmpty()) {
                    return;
                }
                accept(delivery.get());
            }
        }

        void takeAll() {
            take(Integer.MAX_VALUE);
        }

        void advance() {
            if (subscription.isEmpty()) {
                return;
            }
            server.hub.advance(subscription.get()).ifPresent(newPosition -> {
                log += " advance " + newPosition;
                position = newPosition;
                requireNothingUnread();
            });
        }

        /** What the server has read is delivered. */
        private void requireNothingUnread() {
            Set<Integer> missing = findMissing(server.readIdOf(partition));
            assertThat(missing).as("behind the position of %s:%s", channel, log).isEmpty();
        }

        private void accept(Delivery delivery) {
            log += "\n" + delivery;
            position = delivery.position();
            if (delivery instanceof Delivery.Event event) {
                acceptEvent(event);
            } else if (delivery instanceof Delivery.Subscribed subscribed && subscribed.recovered()) {
                tally.recovered++;
                tally.resumedQuiet += position.startsWith("*") ? 1 : 0;
            } else {
                if (delivery instanceof Delivery.Reset) {
                    tally.resets++;
                } else {
                    tally.notRecovered++;
                }
                entitled = true;
                // A server that lags may deliver again what another one has delivered before; the client was told.
                lastId = findSeen(Position.parse(position).orElseThrow());
                seenId = lastId < 0 ? server.readIdOf(partition) : lastId;
            }
        }

        private void acceptEvent(Delivery.Event event) {
            Matcher id = ID.matcher(new String(event.frame(), UTF_8));
            assertThat(id.find()).isTrue();
            LogRecord record = byId.get(Integer.parseInt(id.group(1)));
            assertThat(record.channel).isEqualTo(channel);
            assertThat(record.id)
                    .as("order and repetition in %s:%s", channel, log)
                    .isGreaterThan(lastId);
            Set<Integer> missing = findMissing(record.id - 1);
            if (record.event.type().equals(CONFLATED)) {
                missing.removeIf(this::isConflated);
            } else {
                missing.removeIf(each -> isConflated(each) && hasNewer(each, server.readIdOf(partition)));
            }
            assertThat(missing)
                    .as("missing before record %s of %s:%s", record, channel, log)
                    .isEmpty();
            tally.delivered++;
            lastId = record.id;
            seenId = Math.max(seenId, record.id);
        }

        /** The last record that a position contains, in the topic that the server reads; -1 if it does not contain the partition. */
        private int findSeen(Position of) {
            return of.marks().stream()
                    .filter(mark -> mark.partition() == partition)
                    .mapToInt(mark -> byId.values().stream()
                            .filter(record -> record.incarnation == server.readIncarnation
                                    && record.partition == partition
                                    && record.offset <= mark.offset())
                            .mapToInt(LogRecord::id)
                            .max()
                            .orElse(firstIds.get(server.readIncarnation)))
                    .findFirst()
                    .orElse(-1);
        }

        private boolean isConflated(int id) {
            boolean conflated = byId.get(id).event.type().equals(CONFLATED);
            tally.conflated += conflated ? 1 : 0;
            return conflated;
        }

        private boolean hasNewer(int id, int throughId) {
            LogRecord old = byId.get(id);
            for (int newer = id + 1; newer <= throughId; newer++) {
                LogRecord record = byId.get(newer);
                if (record.channel.equals(channel)
                        && record.event.type().equals(old.event.type())
                        && record.incarnation == old.incarnation) {
                    return true;
                }
            }
            return false;
        }

        /** Records of the channel, of all topics that there were, that should have come. */
        private Set<Integer> findMissing(int throughId) {
            Set<Integer> missing = new HashSet<>();
            if (entitled) {
                for (int id = seenId + 1; id <= throughId; id++) {
                    if (isUnseen(byId.get(id), channel, seenId)) {
                        missing.add(id);
                    }
                }
            }
            return missing;
        }

        void requireNothingMissing() {
            if (subscription.isPresent()) {
                assertThat(findMissing(server.readIdOf(partition)))
                        .as("missing at the end of %s:%s", channel, log)
                        .isEmpty();
            }
        }
    }
}
