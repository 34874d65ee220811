package io.millrace.connectors.spool.faults;

import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.campaigns.SourceFaults;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Every kind of fault that strikes a service with a spool, and its recovery. */
final class SpoolFaults {
    static final List<Fault<SpoolScene>> ALL = all();

    private static final String SERVICE = "service";
    private static final String STORE = "store";
    private static final int MAX_SLEEP_MS = 6_000;
    private static final int MAX_DELAY_MS = 600;
    private static final int SPOOLED = 50;
    /** Besides the time until events are in the spool. A broker alone that is suspended for nine seconds is fenced. */
    private static final int MAX_OUTAGE_MS = 4_000;

    private static final int SHORTEST_OF_BOTH_MS = 2_000;
    private static final int LONGEST_OF_BOTH_MS = 8_000;

    private SpoolFaults() {}

    private static List<Fault<SpoolScene>> all() {
        List<Fault<SpoolScene>> all = new ArrayList<>(SourceFaults.all());
        all.add(new Fault<>("outage", Set.of(SourceFaults.BROKER, SourceFaults.CONNECTOR), SpoolFaults::outage));
        all.add(new Fault<>(
                "outage-of-both",
                Set.of(SourceFaults.BROKER, SourceFaults.CONNECTOR, STORE),
                SpoolFaults::suspendBoth));
        all.add(new Fault<>("connector-paused", Set.of(SourceFaults.CONNECTOR), SpoolFaults::pause));
        all.add(new Fault<>("store-killed", Set.of(STORE), SpoolFaults::killStore));
        all.add(new Fault<>("store-suspended", Set.of(STORE), SpoolFaults::suspendStore));
        all.add(new Fault<>("service-killed", Set.of(SERVICE), SpoolFaults::killService));
        all.add(new Fault<>("service-closed", Set.of(SERVICE), SpoolFaults::closeService));
        all.add(new Fault<>("service-suspended", Set.of(SERVICE), SpoolFaults::suspendService));
        all.add(new Fault<>(
                "service-killed-in-an-outage",
                Set.of(SERVICE, SourceFaults.BROKER, SourceFaults.CONNECTOR),
                SpoolFaults::killServiceInAnOutage));
        all.add(new Fault<>(
                "service-closed-in-an-outage",
                Set.of(SERVICE, SourceFaults.BROKER, SourceFaults.CONNECTOR),
                SpoolFaults::closeServiceInAnOutage));
        return List.copyOf(all);
    }

    /** Suspends the broker until events are in the spool, and until something has happened. */
    private static void inAnOutage(SpoolScene scene, Fault.Strike<SpoolScene> strike) throws Exception {
        scene.group().broker().suspend();
        try {
            scene.awaitSpooled(SPOOLED);
            strike.on(scene);
        } finally {
            scene.group().broker().resume();
        }
    }

    private static String outage(SpoolScene scene) throws Exception {
        inAnOutage(scene, struck -> {
            struck.sleepRandomly(MAX_OUTAGE_MS);
            return "";
        });
        return "";
    }

    /** Events that neither takes fail; the service decides what is done with them. */
    private static String suspendBoth(SpoolScene scene) throws Exception {
        int millis = SHORTEST_OF_BOTH_MS + scene.random().nextInt(LONGEST_OF_BOTH_MS - SHORTEST_OF_BOTH_MS);
        scene.group().broker().suspend();
        scene.s3().suspend();
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } finally {
            if (scene.random().nextBoolean()) {
                scene.s3().resume();
                scene.sleepRandomly(LONGEST_OF_BOTH_MS - millis);
            }
            scene.group().broker().resume();
            scene.s3().resume();
        }
        return millis + " ms";
    }

    private static String pause(SpoolScene scene) throws InterruptedException {
        scene.connector().pause();
        scene.sleepRandomly(MAX_SLEEP_MS);
        scene.connector().resume();
        return "";
    }

    private static String killStore(SpoolScene scene) throws InterruptedException {
        scene.sleepRandomly(MAX_DELAY_MS);
        scene.s3().kill();
        scene.sleepRandomly(MAX_SLEEP_MS);
        scene.s3().restart();
        return "";
    }

    private static String suspendStore(SpoolScene scene) throws InterruptedException {
        scene.sleepRandomly(MAX_DELAY_MS);
        scene.s3().suspend();
        try {
            scene.sleepRandomly(MAX_SLEEP_MS);
        } finally {
            scene.s3().resume();
        }
        return "";
    }

    private static String killService(SpoolScene scene) throws Exception {
        scene.sleepRandomly(MAX_DELAY_MS);
        scene.service().replace();
        return "";
    }

    private static String closeService(SpoolScene scene) throws Exception {
        scene.sleepRandomly(MAX_DELAY_MS);
        scene.service().closeAndReplace();
        return "";
    }

    private static String suspendService(SpoolScene scene) throws Exception {
        scene.service().suspend();
        try {
            scene.sleepRandomly(MAX_SLEEP_MS);
        } finally {
            scene.service().resumeProcess();
        }
        return "";
    }

    private static String killServiceInAnOutage(SpoolScene scene) throws Exception {
        inAnOutage(scene, SpoolFaults::killService);
        return "";
    }

    private static String closeServiceInAnOutage(SpoolScene scene) throws Exception {
        inAnOutage(scene, SpoolFaults::closeService);
        return "";
    }
}
