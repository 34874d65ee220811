package io.millrace.clients.tables.faults;

import io.millrace.testing.campaigns.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;

/** The kinds of faults. */
final class TableFaults {
    private static final String BROKER = "broker";
    private static final String TOPIC = "topic";
    private static final String READER = "reader";

    static final List<Fault<TableScene>> ALL = List.of(
            new Fault<>("broker-killed", Set.of(BROKER), TableFaults::killBroker),
            new Fault<>("broker-suspended", Set.of(BROKER), TableFaults::suspendBroker),
            new Fault<>("transaction-aborted-late", Set.of(TOPIC), scene -> hangTransaction(scene, Outcome.ABORTED)),
            new Fault<>(
                    "transaction-committed-late", Set.of(TOPIC), scene -> hangTransaction(scene, Outcome.COMMITTED)),
            new Fault<>("transaction-timed-out", Set.of(TOPIC), scene -> hangTransaction(scene, Outcome.TIMED_OUT)),
            new Fault<>("topic-recreated-with-fewer", scene -> scene.subject().recreateTopic(false)),
            new Fault<>("topic-recreated-with-more", scene -> scene.subject().recreateTopic(true)),
            new Fault<>(
                    "partition-added", Set.of(TOPIC), scene -> scene.subject().addPartition()),
            new Fault<>("records-deleted", Set.of(TOPIC, READER), TableFaults::deleteRecords),
            new Fault<>("compacted", Set.of(TOPIC), TableFaults::compact),
            new Fault<>("undecodable", Set.of(TOPIC), TableFaults::writeUndecodable),
            new Fault<>("reader-killed", Set.of(READER), TableFaults::killReader),
            new Fault<>("reader-suspended", Set.of(READER), TableFaults::suspendReader),
            new Fault<>("table-reopened", Set.of(READER), TableFaults::reopenTables));

    private TableFaults() {}

    /** How an open transaction ends. */
    private enum Outcome {
        ABORTED,
        COMMITTED,
        TIMED_OUT
    }

    private static void sleep(long millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
    }

    /** Not while a transaction ends, because a single broker may then forget that it was committed. */
    private static String killBroker(TableScene scene) throws Exception {
        long pause = scene.millis(0, 3_000);
        scene.subject().traffic().betweenTransactions(() -> {
            sleep(300);
            scene.subject().broker().kill();
            return null;
        });
        sleep(pause);
        scene.subject().broker().restart();
        return "for " + pause + " ms";
    }

    private static String suspendBroker(TableScene scene) throws Exception {
        long pause = scene.millis(500, 12_000);
        scene.subject().broker().suspend();
        sleep(pause);
        scene.subject().broker().resume();
        return "for " + pause + " ms";
    }

    /** Tables are opened while the transaction is open and other transactions have committed behind its records. */
    private static String hangTransaction(TableScene scene, Outcome outcome) throws Exception {
        TableTraffic traffic = scene.subject().traffic();
        KafkaProducer<String, byte[]> open =
                traffic.newProducer("hanging", outcome == Outcome.TIMED_OUT ? 4_000 : 60_000);
        try {
            List<TableTraffic.Sent> records = new ArrayList<>();
            open.beginTransaction();
            for (int i = 0; i < 5; i++) {
                records.add(traffic.send(open, TableTraffic.Kind.VALUE));
            }
            open.flush();
            scene.subject().awaitLoad();
            scene.reader().reopen();
            long pause = scene.millis(1_000, 3_000) + (outcome == Outcome.TIMED_OUT ? 5_000 : 0);
            sleep(pause);
            if (outcome != Outcome.TIMED_OUT) {
                traffic.betweenTransactions(() -> {
                    traffic.endTransaction(open, outcome == Outcome.ABORTED, records);
                    return null;
                });
            }
            return "for " + pause + " ms";
        } finally {
            open.close(Duration.ZERO);
        }
    }

    /** At times a suspended reader has not read the records. */
    private static String deleteRecords(TableScene scene) throws Exception {
        if (scene.details().nextBoolean()) {
            return scene.subject().deleteRecords(scene.details());
        }
        ReaderProcess reader = scene.reader();
        reader.suspend();
        try {
            scene.subject().awaitLoad();
            return scene.subject().deleteRecords(scene.details()) + " while " + reader.name() + " is suspended";
        } finally {
            reader.resume();
        }
    }

    /** The cleaner works all the time; this gives it closed segments, and then opens tables of what it left. */
    private static String compact(TableScene scene) throws Exception {
        sleep(1_500);
        scene.subject().awaitLoad();
        sleep(scene.millis(1_000, 3_000));
        return reopenTables(scene);
    }

    private static String writeUndecodable(TableScene scene) throws Exception {
        TableTraffic traffic = scene.subject().traffic();
        int count = 1 + scene.details().nextInt(20);
        try (KafkaProducer<String, byte[]> producer = traffic.newProducer("undecodable", 60_000)) {
            traffic.betweenTransactions(() -> {
                List<TableTraffic.Sent> records = new ArrayList<>();
                producer.beginTransaction();
                for (int i = 0; i < count; i++) {
                    records.add(traffic.send(producer, TableTraffic.Kind.UNDECODABLE));
                }
                traffic.endTransaction(producer, false, records);
                return null;
            });
        }
        scene.reader().reopen();
        return count + " records";
    }

    private static String killReader(TableScene scene) throws Exception {
        ReaderProcess reader = scene.reader();
        reader.replace();
        return reader.name();
    }

    private static String suspendReader(TableScene scene) throws Exception {
        ReaderProcess reader = scene.reader();
        long pause = scene.millis(500, 6_000);
        reader.suspend();
        try {
            sleep(pause);
        } finally {
            reader.resume();
        }
        return reader.name() + " for " + pause + " ms";
    }

    private static String reopenTables(TableScene scene) throws Exception {
        for (ReaderProcess reader : scene.subject().readers()) {
            reader.reopen();
        }
        return "";
    }
}
