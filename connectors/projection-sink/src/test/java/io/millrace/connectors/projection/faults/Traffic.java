package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A producer in a thread of its own: random transactions over all topics, some of them aborted, so that offsets have gaps.
 * The models learn of a transaction when it is committed. It waits for a broker that is gone, and goes on after it.
 */
final class Traffic implements AutoCloseable {
    private static final Duration TIME_TO_PAUSE = Duration.ofMinutes(3);
    private static final int MAX_EVENTS = 40;
    private static final int PAUSE_MS = 15;
    /** Behind the first events of a round: a long round must not make the topics so long that every replay takes minutes. */
    private static final int LONG_PAUSE_MS = 400;

    private static final int EVENTS_WITHOUT_LONG_PAUSES = 500;
    private static final int EVENTS_BETWEEN = 200;
    /** With so many events the topics are long: rounds have fewer events, so that 200 of them take about an hour. */
    private static final int EVENTS_OF_LONG_TOPICS = 20_000;

    private static final int FEWER = 4;
    private static final int ABORTED_OF = 8;
    private static final int POISON_OF = 100;
    /** The same while {@link #poisonOften}. */
    private static final int OFTEN_POISON_OF = 5;
    /** If keys are held, one poison record in this many has a key of other events, which is one of a few. */
    private static final int POISON_OF_KEYS_OF = 3;

    private static final int KEYS_OF_POISON = 20;
    /** If keys are held, one event in this many has such a key. */
    private static final int EVENTS_OF_KEYS_OF = 12;

    private final String bootstrapServers;
    private final LargeNotes notes;
    private final List<EventSource> sources;
    private final List<ViewModel> views;
    private final boolean holdsKeys;
    private final Random random;
    private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();
    private final Map<String, Long> refusedPlaces = new HashMap<>();
    private final Set<Long> withoutEffect = new HashSet<>();
    private final Set<Long> poison = new TreeSet<>();
    private final AtomicLong committed = new AtomicLong();
    /** Held by the thread, but for the moment in which a transaction is written and not ended. */
    private final ReentrantLock ending = new ReentrantLock(true);

    private final Thread thread = new Thread(this::run, "traffic");
    private volatile Predicate<EventSource> chosen = source -> true;
    private volatile int poisonOf = POISON_OF;
    /** So many events are committed when the pauses become longer. */
    private volatile long lively;

    private KafkaProducer<String, String> producer;
    private long revision;
    private boolean going;
    private boolean resting = true;
    private boolean closed;
    private RuntimeException failure;

    Traffic(
            String bootstrapServers,
            LargeNotes notes,
            List<EventSource> sources,
            List<ViewModel> views,
            boolean holdsKeys,
            Random random) {
        this.bootstrapServers = bootstrapServers;
        this.notes = notes;
        this.sources = sources;
        this.views = views;
        this.holdsKeys = holdsKeys;
        this.random = random;
        this.producer = newProducer();
        thread.setDaemon(true);
        thread.start();
    }

    void go() {
        go(committed.get() + EVENTS_WITHOUT_LONG_PAUSES / fewer());
    }

    /** How many events are committed until a fault strikes, and again after it; not more than come with short pauses. */
    int eventsBetween() {
        return EVENTS_BETWEEN / fewer();
    }

    private int fewer() {
        return committed.get() < EVENTS_OF_LONG_TOPICS ? 1 : FEWER;
    }

    /** As {@link #go}, with short pauses however many events there are: for a fault that waits for a number of events. */
    void goFast() {
        go(Long.MAX_VALUE);
    }

    private synchronized void go(long eventsWithShortPauses) {
        lively = eventsWithShortPauses;
        going = true;
        notifyAll();
    }

    /** Returns when the last transaction has ended; from then on models, ends and revisions may be read. */
    synchronized void pause() throws InterruptedException {
        going = false;
        notifyAll();
        long deadline = System.nanoTime() + TIME_TO_PAUSE.toNanos();
        while (!resting && failure == null) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, deadline - System.nanoTime()));
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("The traffic did not pause within " + TIME_TO_PAUSE.toSeconds() + " s");
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Runs this while a transaction is open whose records are all written and whose end is not decided. */
    void inOpenTransaction(Runnable action) {
        ending.lock();
        try {
            action.run();
        } finally {
            ending.unlock();
        }
    }

    /** From the next transaction on, produces events of these sources alone. */
    void choose(Predicate<EventSource> sourcesOfEvents) {
        chosen = sourcesOfEvents;
    }

    /** From the next transaction on, produces events of all sources. */
    void chooseAll() {
        chosen = source -> true;
    }

    /** From the next transaction on, many events are poison, or as few as usual. */
    void poisonOften(boolean on) {
        poisonOf = on ? OFTEN_POISON_OF : POISON_OF;
    }

    /** The topic is a new one. Called between {@link #pause} and {@link #go}. */
    void beginTopicAnew(String topic) {
        ends.keySet().removeIf(partition -> partition.topic().equals(topic));
        refusedPlaces.keySet().removeIf(place -> place.startsWith(topic + "-"));
        // The producer that it was has the sequence numbers of the former partitions.
        renewProducer();
    }

    /** How many events have been committed. */
    long committed() {
        return committed.get();
    }

    /** The offset behind the last committed event of each partition. */
    Map<TopicPartition, Long> ends() {
        return ends;
    }

    /** The offset behind the last committed event of each partition of the topic. */
    Map<TopicPartition, Long> ends(String topic) {
        Map<TopicPartition, Long> found = new HashMap<>(ends);
        found.keySet().removeIf(partition -> !partition.topic().equals(topic));
        return found;
    }

    /** The revisions of the committed records that the sink must refuse. */
    Set<Long> poison() {
        return poison;
    }

    /** By the place of each of those records, {@code TOPIC-PARTITION@OFFSET}, its revision; without those of a former topic. */
    Map<String, Long> refusedPlaces() {
        return refusedPlaces;
    }

    /** Whether the event was committed, and no transform drops it. */
    boolean isEffective(long eventRevision) {
        return eventRevision <= revision && !withoutEffect.contains(eventRevision);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ZERO);
    }

    private void run() {
        ending.lock();
        try {
            while (mayGo()) {
                transaction();
                TimeUnit.MILLISECONDS.sleep(committed.get() < lively ? PAUSE_MS : LONG_PAUSE_MS * fewer());
            }
        } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            synchronized (this) {
                failure = new IllegalStateException("The traffic cannot go on", e);
                notifyAll();
            }
        } finally {
            ending.unlock();
        }
    }

    private synchronized boolean mayGo() throws InterruptedException {
        while (!going && !closed) {
            resting = true;
            notifyAll();
            wait();
        }
        resting = false;
        return !closed;
    }

    private void transaction() throws InterruptedException {
        List<Event> events = new ArrayList<>();
        List<EventSource> now = sources.stream().filter(chosen).toList();
        for (int count = 1 + random.nextInt(MAX_EVENTS); count > 0; count--) {
            EventSource source = pickSource(now);
            boolean bad = random.nextInt(poisonOf) == 0;
            events.add(bad ? poison(source) : event(source));
        }
        boolean abort = random.nextInt(ABORTED_OF) == 0;
        List<RecordMetadata> places = new ArrayList<>();
        if (!write(events, abort, places)) {
            events.forEach(event -> withoutEffect.add(event.revision()));
            return;
        }
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            TopicPartition partition =
                    new TopicPartition(places.get(i).topic(), places.get(i).partition());
            long offset = places.get(i).offset();
            ends.merge(partition, offset + 1, Math::max);
            if (event.dropped()) {
                withoutEffect.add(event.revision());
            } else if (event.poison()) {
                poison.add(event.revision());
                refusedPlaces.put(partition + "@" + offset, event.revision());
            } else {
                views.forEach(view -> view.apply(event));
            }
        }
        committed.addAndGet(events.size());
    }

    private EventSource pickSource(List<EventSource> among) {
        int number = random.nextInt(among.stream().mapToInt(EventSource::weight).sum());
        for (EventSource source : among) {
            number -= source.weight();
            if (number < 0) {
                return source;
            }
        }
        throw new IllegalStateException("There is no source to choose");
    }

    private Event event(EventSource source) {
        return new Event(
                source.topic(),
                random.nextInt(holdsKeys && random.nextInt(EVENTS_OF_KEYS_OF) == 0 ? KEYS_OF_POISON : source.ids()),
                ++revision,
                source.value(random),
                false,
                source.isDropped(random));
    }

    /**
     * With a key of its own, unless a sink that holds keys is sure to refuse it: the database never sees a value that a later event of the
     * key replaces in the same batch.
     */
    private Event poison(EventSource source) {
        long number = ++revision;
        ObjectNode unprojectable = source.unprojectable();
        if (holdsKeys && unprojectable != null && random.nextInt(POISON_OF_KEYS_OF) == 0) {
            return new Event(source.topic(), random.nextInt(KEYS_OF_POISON), number, unprojectable, true, false);
        }
        return new Event(
                source.topic(), source.ids() + number, number, source.poison(random), true, source.isDropped(random));
    }

    /** Whether the transaction was committed; its records' places are added to the list. */
    private boolean write(List<Event> events, boolean abort, List<RecordMetadata> places) throws InterruptedException {
        producer.beginTransaction();
        try {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (Event event : events) {
                sent.add(producer.send(record(event)));
            }
            producer.flush();
            for (Future<RecordMetadata> one : sent) {
                places.add(one.get());
            }
        } catch (KafkaException | ExecutionException e) {
            // Ends the transaction that is open under this name.
            renewProducer();
            return false;
        }
        // The lock is fair: whoever waits for it has it now.
        ending.unlock();
        ending.lock();
        return abort ? abort() : commit(places.get(0));
    }

    private boolean abort() {
        try {
            producer.abortTransaction();
        } catch (KafkaException e) {
            renewProducer();
        }
        return false;
    }

    private boolean commit(RecordMetadata first) {
        try {
            retry(producer::commitTransaction);
            return true;
        } catch (KafkaException e) {
            renewProducer();
            return isVisible(first);
        }
    }

    /** Whether a reader of committed records finds one at this place. */
    private boolean isVisible(RecordMetadata place) {
        TopicPartition partition = new TopicPartition(place.topic(), place.partition());
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, place.offset());
            while (consumer.position(partition) <= place.offset()) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    if (record.offset() == place.offset()) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    private void renewProducer() {
        producer.close(Duration.ZERO);
        producer = newProducer();
    }

    private KafkaProducer<String, String> newProducer() {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "traffic",
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                60_000,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000);
        KafkaProducer<String, String> made =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        retry(made::initTransactions);
        return made;
    }

    private static void retry(Runnable call) {
        for (int attempt = 1; ; attempt++) {
            try {
                call.run();
                return;
            } catch (KafkaException e) {
                if (attempt == 3 || !(e instanceof RetriableException)) {
                    throw e;
                }
            }
        }
    }

    private static String key(Event event) {
        return JsonNodeFactory.instance.objectNode().put("id", event.id()).toString();
    }

    private ProducerRecord<String, String> record(Event event) {
        ProducerRecord<String, String> record = new ProducerRecord<>(event.topic(), key(event), value(event));
        if (event.dropped()) {
            record.headers().add(Event.DROPPED, new byte[0]);
        }
        return record;
    }

    private String value(Event event) {
        if (event.value() == null) {
            return null;
        }
        ObjectNode value = event.value().deepCopy();
        return notes.store(event.topic(), value.put(ViewModel.REVISION, event.revision()))
                .toString();
    }
}
