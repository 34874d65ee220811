package io.millrace.connectors.channel.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.zip.CRC32;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of all channels, and the subscriptions to them. A task appends what it reads; subscribers take what is behind their
 * cursors, each when its connection has room. Guarantees of a subscription, as long as a channel is in one partition:
 *
 * <ul>
 * <li>events come in the order of their offsets, none twice, until a subscriber gets {@code recovered} false or a {@link Delivery.Reset};
 * <li>{@link Delivery.Subscribed} with {@code recovered} true is followed by every event behind the position, except those of a
 * conflated type that a newer one replaces;
 * <li>if events are missing later, a {@link Delivery.Reset} comes before the next event.
 * </ul>
 *
 * <p>Memory is bounded by {@link HistorySettings#maxBytes} and by the number of subscriptions. No method waits. Safe for use by many threads.
 */
public final class ChannelHub {
    /** The position of a subscriber that wants everything that is kept. */
    public static final String EARLIEST = "earliest";

    /** The characters of the longest position. */
    public static final int MAX_POSITION_LENGTH = Position.MAX_LENGTH;

    /** Up to how many offsets a restart reads again only to recognize the record before its history. */
    private static final long MOST_UNUSED_OFFSETS = 10_000;

    /** The order of the first event that is not read again; higher than every time in milliseconds. */
    private static final long FIRST_ARRIVAL = 1L << 62;

    private final HistorySettings settings;
    private final LongSupplier clockMs;
    private final Map<TopicPartition, PartitionRing> rings = new HashMap<>();
    private final Map<String, Channel> channels = new HashMap<>();
    private final Set<Subscription> waiting = new LinkedHashSet<>();
    private final Set<Subscription> toWake = new LinkedHashSet<>();
    /** What {@link #findEnds} has found last. */
    private Position ends = Position.anywhere(List.of());

    private int entries;
    private long bytes;
    private long arrivals;
    private int subscriptions;
    private long lastSettledMs;
    /** When all rings had begun; -1 before. */
    private long begunSinceMs = -1;
    /** When everything that was in the topics was read; -1 before. */
    private long readySinceMs = -1;

    private long recovered;
    private long notRecovered;
    private long conflatedEvents;

    /**
     * A hub without partitions.
     *
     * @param clockMs milliseconds that never go back
     */
    public ChannelHub(HistorySettings settings, LongSupplier clockMs) {
        this.settings = settings;
        this.clockMs = clockMs;
        this.lastSettledMs = clockMs.getAsLong();
    }

    /**
     * Adds partitions, whose history is read again from its last beginning, see {@link #beginnings}. Subscriptions stay, and wait until the history
     * has their position.
     */
    public synchronized void open(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            drop(rings.put(partition, new PartitionRing(partition.topic(), partition.partition())));
        }
        reconsiderAll();
    }

    /** Removes partitions and their history. */
    public synchronized void close(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> drop(rings.remove(partition)));
        reconsiderAll();
    }

    private void reconsiderAll() {
        rings.values().forEach(ring -> ring.setEpoch(epochOf(ring.topic())));
        begunSinceMs = -1;
        readySinceMs = -1;
        lastSettledMs = clockMs.getAsLong();
        allSubscriptions().forEach(this::suspend);
    }

    private List<Subscription> allSubscriptions() {
        return channels.values().stream()
                .flatMap(channel -> channel.subscriptions().stream())
                .toList();
    }

    /** Lets a subscription wait until the history answers for its position. */
    private void suspend(Subscription subscription) {
        if (subscription.state == Subscription.State.BROKEN) {
            return;
        }
        subscription.state = Subscription.State.WAITING;
        subscription.waitingSinceMs = clockMs.getAsLong();
        subscription.next = null;
        waiting.add(subscription);
    }

    private String epochOf(String topic) {
        CRC32 crc = new CRC32();
        crc.update(topic.getBytes(UTF_8));
        long partitions = rings.keySet().stream()
                .filter(partition -> partition.topic().equals(topic))
                .count();
        return settings.cluster() + "." + HexFormat.of().toHexDigits((int) crc.getValue()) + "." + partitions;
    }

    /** Everything of these partitions from these offsets on will be appended, for those of which nothing was appended yet. */
    public synchronized void begin(Map<TopicPartition, Long> offsets) {
        long now = clockMs.getAsLong();
        offsets.forEach((partition, offset) -> {
            PartitionRing ring = rings.get(partition);
            if (ring != null) {
                ring.begin(offset, now);
            }
        });
    }

    /**
     * Appends the event of a record to its channels. An event that was appended already has no effect. If the offset is lower otherwise, the topic
     * was created again: its history is dropped, and its subscribers are reset. If offsets are missing after a time without records as long as the
     * window, the same is done for the partition: the connector may have been paused until Kafka deleted records.
     *
     * @throws DataException if the channel has events in another partition, with both coordinates
     */
    public synchronized void append(TopicPartition partition, long offset, ChannelEvent event) {
        int digest = event.digest();
        HistoryEntry found = requireRing(partition).find(offset);
        if (found != null && found.digest == digest) {
            return;
        }
        breakIfDiscontinued(partition, offset);
        PartitionRing ring = requireRing(partition);
        for (String name : event.channels()) {
            requirePartition(name, ring, offset);
        }
        for (String name : event.channels()) {
            Channel channel = channels.computeIfAbsent(name, Channel::new);
            add(new HistoryEntry(ring, channel, offset, digest, event, clockMs.getAsLong(), orderOf(event)));
        }
    }

    /**
     * Events leave the history in the order in which they came. Partitions that are read again come one after the other, so until everything is
     * read, the times of the records decide; otherwise the last partition would take the room of all.
     */
    private long orderOf(ChannelEvent event) {
        return isReady() ? FIRST_ARRIVAL + arrivals++ : Math.min(event.timestampMs(), FIRST_ARRIVAL - 1);
    }

    private void requirePartition(String name, PartitionRing ring, long offset) {
        Channel channel = channels.get(name);
        HistoryEntry last = channel == null ? null : channel.last();
        if (last != null && last.ring != ring) {
            throw new DataException("The channel " + name + " has events in two partitions: " + last.ring.topic() + "-"
                    + last.ring.partition() + "@" + last.offset + " and " + ring.topic() + "-" + ring.partition() + "@"
                    + offset + ". Expected a topic whose key is the channel, so that one partition has all of them in"
                    + " order");
        }
    }

    /** Takes note of a record that is not an event of a channel. */
    public synchronized void skip(TopicPartition partition, long offset) {
        breakIfDiscontinued(partition, offset);
        requireRing(partition).read(offset, clockMs.getAsLong());
    }

    private void breakIfDiscontinued(TopicPartition partition, long offset) {
        PartitionRing ring = requireRing(partition);
        if (offset <= ring.readThrough()) {
            breakTopic(partition.topic());
        } else if (ring.mayMissBefore(offset, clockMs.getAsLong(), settings.windowMs())) {
            breakRings(Collections.singleton(ring));
        }
    }

    private void add(HistoryEntry entry) {
        entry.ring.append(entry);
        entry.channel.add(entry, settings.conflated().contains(entry.type));
        entries++;
        bytes += entry.size();
        for (Subscription subscription : entry.channel.subscriptions()) {
            if (subscription.state == Subscription.State.OPEN && subscription.next == null) {
                subscription.next = entry;
                toWake.add(subscription);
            }
        }
        while (bytes > settings.maxBytes() && entries > 1) {
            evictFirst();
        }
    }

    private PartitionRing requireRing(TopicPartition partition) {
        PartitionRing ring = rings.get(partition);
        if (ring == null) {
            throw new IllegalStateException("The partition " + partition + " is not open");
        }
        return ring;
    }

    /** Evicts the entry with the lowest order of those that are the oldest of their partitions. */
    private void evictFirst() {
        HistoryEntry first = null;
        for (PartitionRing ring : rings.values()) {
            HistoryEntry oldest = ring.oldest();
            if (oldest != null && (first == null || oldest.order < first.order)) {
                first = oldest;
            }
        }
        if (first != null) {
            evict(first);
        }
    }

    /** Evicts the oldest entry of a partition. */
    private void evict(HistoryEntry oldest) {
        oldest.ring.evictOldest();
        remove(oldest);
    }

    private void remove(HistoryEntry entry) {
        entries--;
        bytes -= entry.size();
        entry.channel.removeFirst();
        entry.markEvicted();
        forgetIfUnused(entry.channel);
    }

    private void forgetIfUnused(Channel channel) {
        if (channel.isUnused()) {
            channels.remove(channel.name(), channel);
        }
    }

    private void drop(@Nullable PartitionRing ring) {
        if (ring == null) {
            return;
        }
        for (HistoryEntry entry = ring.oldest(); entry != null; entry = ring.oldest()) {
            evict(entry);
        }
    }

    /** Drops the history of a topic that does not continue what was read before. */
    private void breakTopic(String topic) {
        Set<PartitionRing> broken = new HashSet<>();
        for (Map.Entry<TopicPartition, PartitionRing> place : rings.entrySet()) {
            if (place.getKey().topic().equals(topic)) {
                broken.add(place.getValue());
            }
        }
        breakRings(broken);
    }

    private void breakRings(Set<PartitionRing> broken) {
        // Which subscriptions are of the rings is known as long as they have their entries.
        for (Subscription subscription : allSubscriptions()) {
            if (isOf(subscription, broken)) {
                breakSubscription(subscription);
            }
        }
        for (PartitionRing ring : broken) {
            drop(ring);
            PartitionRing fresh = new PartitionRing(ring.topic(), ring.partition());
            fresh.setEpoch(ring.epoch());
            rings.put(new TopicPartition(ring.topic(), ring.partition()), fresh);
        }
    }

    private boolean isOf(Subscription subscription, Set<PartitionRing> some) {
        Position position = subscription.position();
        return position == null
                || some.contains(subscription.channel.ring())
                || some.stream()
                        .anyMatch(ring -> Resume.findMark(position, ring).isPresent())
                || position.marks().isEmpty();
    }

    private void breakSubscription(Subscription subscription) {
        waiting.remove(subscription);
        subscription.state = Subscription.State.BROKEN;
        subscription.next = null;
        toWake.add(subscription);
    }

    /**
     * Ends a batch: evicts what is too old, answers subscribers that wait, and wakes those that have a delivery. To be called at least each
     * few seconds, also without records.
     *
     * @param atEnd whether the batch was empty, so that everything in the topics is read
     */
    public void settle(boolean atEnd) {
        List<Subscriber> woken = new ArrayList<>();
        synchronized (this) {
            long now = clockMs.getAsLong();
            if (now - lastSettledMs > settings.windowMs() && !rings.isEmpty()) {
                // The process was suspended for so long that records may have been deleted before they were read.
                Set<String> topics = new HashSet<>();
                rings.keySet().forEach(partition -> topics.add(partition.topic()));
                topics.forEach(this::breakTopic);
            }
            lastSettledMs = now;
            evictOld(now);
            updateReadiness(now, atEnd);
            if (isReady()) {
                answerWaiting(now);
            }
            for (Subscription subscription : toWake) {
                if (!subscription.woken) {
                    subscription.woken = true;
                    woken.add(subscription.subscriber);
                }
            }
            toWake.clear();
        }
        woken.forEach(Subscriber::wake);
    }

    private void evictOld(long now) {
        for (PartitionRing ring : rings.values()) {
            for (HistoryEntry oldest = ring.oldest();
                    oldest != null && now - oldest.receivedMs > settings.windowMs();
                    oldest = ring.oldest()) {
                evict(oldest);
            }
        }
    }

    private void updateReadiness(long now, boolean atEnd) {
        if (!hasBegun()) {
            begunSinceMs = -1;
            readySinceMs = -1;
            return;
        }
        if (begunSinceMs < 0) {
            begunSinceMs = now;
        }
        // A topic may never be quiet.
        if (readySinceMs < 0 && (atEnd || now - begunSinceMs >= settings.resumeWaitMs())) {
            readySinceMs = now;
        }
    }

    private void answerWaiting(long now) {
        Resume resume = new Resume(rings.values());
        for (Subscription subscription : List.copyOf(waiting)) {
            answer(subscription, resume, now);
        }
    }

    private void answer(Subscription subscription, Resume resume, long now) {
        Position position = subscription.position();
        if (position == null) {
            openWithoutPosition(subscription);
            return;
        }
        PartitionRing ring = subscription.channel.ring();
        PartitionRing.Answer answer = resume.answer(position, subscription.channel);
        if (answer == PartitionRing.Answer.AHEAD) {
            if (now - Math.max(subscription.waitingSinceMs, readySinceMs) < settings.resumeWaitMs()) {
                return;
            }
            answer = PartitionRing.Answer.LOST;
        }
        if (answer == PartitionRing.Answer.LOST) {
            breakSubscription(subscription);
            return;
        }
        long offset = offsetIn(position, ring);
        open(subscription, ring == null ? null : subscription.channel.findAfter(offset), true);
    }

    /** Up to which offset of the channel's partition everything was delivered; -1 if the position does not contain the partition. */
    private static long offsetIn(Position position, @Nullable PartitionRing ring) {
        return ring == null
                ? -1
                : Resume.findMark(position, ring).map(Position.Mark::offset).orElse(-1L);
    }

    private void openWithoutPosition(Subscription subscription) {
        if (!subscription.fromEarliest) {
            moveToEnd(subscription);
            open(subscription, null, false);
            return;
        }
        PartitionRing ring = subscription.channel.ring();
        boolean complete =
                ring == null ? rings.values().stream().allMatch(PartitionRing::hasEverything) : ring.hasEverything();
        // Until the first event is delivered, the subscriber has received nothing that can be resumed.
        if (ring == null) {
            moveToEnd(subscription);
        } else {
            subscription.setPosition(Position.anywhere(List.of()));
        }
        open(subscription, subscription.channel.first(), complete);
    }

    private void open(Subscription subscription, @Nullable HistoryEntry next, boolean isRecovered) {
        waiting.remove(subscription);
        subscription.state = Subscription.State.OPEN;
        subscription.next = next;
        if (!subscription.answered) {
            subscription.recovered = isRecovered;
        }
        toWake.add(subscription);
    }

    /** Sets the position to the end of what was read of the channel. */
    private void moveToEnd(Subscription subscription) {
        PartitionRing ring = subscription.channel.ring();
        HistoryEntry newest = ring == null ? null : ring.newest();
        if (newest == null) {
            subscription.setPosition(findEnds());
        } else {
            subscription.setPosition(newest);
        }
    }

    /** The ends of all partitions, as one object until they change: many subscriptions are at them. */
    private Position findEnds() {
        List<Position.Mark> marks = new ArrayList<>();
        for (PartitionRing ring : rings.values()) {
            Position.Mark end = ring.end();
            if (end != null) {
                marks.add(end);
            }
        }
        Position found = Position.anywhere(marks);
        if (!found.equals(ends)) {
            ends = found;
        }
        return ends;
    }

    /** Whether all partitions have a beginning of their history. */
    public synchronized boolean hasBegun() {
        return !rings.isEmpty() && rings.values().stream().allMatch(PartitionRing::hasBegun);
    }

    /** Whether the history was read again, so that subscribers are answered. */
    public synchronized boolean isReady() {
        return readySinceMs >= 0;
    }

    /**
     * Subscribes to a channel. Its first delivery is a {@link Delivery.Subscribed}, which may wait until the history has the position.
     *
     * @param channel a valid {@link ChannelName}
     * @param position of an earlier delivery; empty for events from now on; {@link #EARLIEST} for all that is kept. A text that is not a
     *     position cannot be resumed
     */
    public synchronized Subscription subscribe(Subscriber subscriber, String channel, String position) {
        Subscription created =
                new Subscription(channels.computeIfAbsent(channel, Channel::new), subscriber, clockMs.getAsLong());
        created.channel.add(created);
        subscriptions++;
        if (position.equals(EARLIEST)) {
            created.fromEarliest = true;
        } else if (!position.isEmpty()) {
            created.resumes = true;
            created.setPosition(Position.parse(position).orElseGet(() -> Position.anywhere(List.of())));
        }
        waiting.add(created);
        if (isReady()) {
            answer(created, new Resume(rings.values()), clockMs.getAsLong());
            // The subscriber takes the answer itself.
            toWake.remove(created);
        }
        return created;
    }

    /** Ends a subscription. */
    public synchronized void unsubscribe(Subscription subscription) {
        if (subscription.channel.remove(subscription)) {
            subscriptions--;
            waiting.remove(subscription);
            toWake.remove(subscription);
            forgetIfUnused(subscription.channel);
        }
    }

    /** The next delivery of a subscription; empty if there is none until its subscriber is woken. */
    public synchronized Optional<Delivery> take(Subscription subscription) {
        if (subscription.state != Subscription.State.WAITING) {
            if (!subscription.answered) {
                return Optional.of(takeAnswer(subscription));
            }
            if (subscription.state == Subscription.State.BROKEN
                    || (subscription.next != null && subscription.next.isEvicted())) {
                return Optional.of(takeReset(subscription));
            }
            if (subscription.next != null) {
                return Optional.of(takeEvent(subscription, subscription.next));
            }
        }
        subscription.woken = false;
        return Optional.empty();
    }

    private Delivery takeAnswer(Subscription subscription) {
        boolean isRecovered = subscription.recovered;
        subscription.answered = true;
        if (subscription.state == Subscription.State.BROKEN
                || (subscription.next != null && subscription.next.isEvicted())) {
            isRecovered = false;
            restartFromNow(subscription);
        }
        if (isRecovered) {
            recovered++;
        } else if (subscription.resumes) {
            notRecovered++;
        }
        return new Delivery.Subscribed(subscription.channel(), textOf(subscription.position()), isRecovered);
    }

    private Delivery takeReset(Subscription subscription) {
        notRecovered++;
        restartFromNow(subscription);
        return new Delivery.Reset(subscription.channel(), textOf(subscription.position()));
    }

    private void restartFromNow(Subscription subscription) {
        moveToEnd(subscription);
        subscription.next = null;
        subscription.state = Subscription.State.OPEN;
    }

    private Delivery takeEvent(Subscription subscription, HistoryEntry first) {
        HistoryEntry entry = first;
        while (entry.next != null && subscription.channel.isReplaced(entry)) {
            entry = entry.next;
            conflatedEvents++;
        }
        subscription.next = entry.next;
        subscription.setPosition(entry);
        return new Delivery.Event(subscription.channel(), entry.frame(), entry.receivedMs);
    }

    private static String textOf(@Nullable Position position) {
        return String.valueOf(position);
    }

    /**
     * The present position of a subscriber that has received everything, if it is another one than the subscriber has. It keeps quiet channels
     * resumable while other channels fill the history.
     */
    public synchronized Optional<String> advance(Subscription subscription) {
        if (subscription.state != Subscription.State.OPEN || !subscription.answered || subscription.next != null) {
            return Optional.empty();
        }
        Position before = subscription.position();
        if (before != null && !before.anywhere()) {
            PartitionRing ring = findRing(before.marks().get(0));
            Position.Mark end = ring == null ? null : ring.end();
            if (ring == null || end == null) {
                return Optional.empty();
            }
            HistoryEntry newest = ring.newest();
            if (newest == null) {
                subscription.setPosition(Position.of(end));
            } else {
                subscription.setPosition(newest);
            }
        } else {
            moveToEnd(subscription);
        }
        Position after = subscription.position();
        if (Objects.equals(before, after)) {
            return Optional.empty();
        }
        String text = textOf(after);
        // Positions of too many partitions have one text.
        return text.equals(textOf(before)) ? Optional.empty() : Optional.of(text);
    }

    private @Nullable PartitionRing findRing(Position.Mark mark) {
        for (PartitionRing ring : rings.values()) {
            if (ring.partition() == mark.partition() && ring.epoch().equals(mark.epoch())) {
                return ring;
            }
        }
        return null;
    }

    /**
     * The offsets from which a restart has to read so that it has the same history.
     *
     * @param next the offsets behind the last records that were read
     */
    public synchronized Map<TopicPartition, Long> beginnings(Map<TopicPartition, Long> next) {
        Map<TopicPartition, Long> beginnings = new HashMap<>();
        next.forEach((partition, offset) -> {
            PartitionRing ring = rings.get(partition);
            beginnings.put(
                    partition, ring == null ? offset : Math.min(offset, ring.beginning(offset, MOST_UNUSED_OFFSETS)));
        });
        return beginnings;
    }

    /** What the hub has and has done. */
    public synchronized HistoryCounts counts() {
        int lagging = 0;
        for (Channel channel : channels.values()) {
            for (Subscription subscription : channel.subscriptions()) {
                lagging += subscription.next == null ? 0 : 1;
            }
        }
        long now = clockMs.getAsLong();
        long oldestMs = 0;
        for (PartitionRing ring : rings.values()) {
            HistoryEntry oldest = ring.oldest();
            oldestMs = oldest == null ? oldestMs : Math.max(oldestMs, now - oldest.receivedMs);
        }
        return new HistoryCounts(subscriptions, lagging, bytes, oldestMs, recovered, notRecovered, conflatedEvents);
    }
}
