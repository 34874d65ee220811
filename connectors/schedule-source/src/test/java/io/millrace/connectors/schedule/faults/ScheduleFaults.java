package io.millrace.connectors.schedule.faults;

import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.campaigns.SourceFaults;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Every kind of fault that strikes a schedule source at work. */
final class ScheduleFaults {
    static final List<Fault<ScheduleScene>> ALL = all();

    private static final int MAX_SLEEP_MS = 3_000;

    private ScheduleFaults() {}

    private static List<Fault<ScheduleScene>> all() {
        List<Fault<ScheduleScene>> all = new ArrayList<>(SourceFaults.all());
        all.add(new Fault<>(
                "paused-without-broker",
                Set.of(SourceFaults.BROKER, SourceFaults.CONNECTOR, SourceFaults.WORKERS),
                ScheduleFaults::pauseWithoutBroker));
        return List.copyOf(all);
    }

    /** In the middle of a batch, which must not be committed by halves. */
    private static String pauseWithoutBroker(ScheduleScene scene) throws InterruptedException {
        scene.awaitTraffic(1);
        scene.group().broker().suspend();
        try {
            TimeUnit.MILLISECONDS.sleep(scene.random().nextInt(MAX_SLEEP_MS));
            Thread pause = new Thread(() -> scene.connector().pause(), "pause");
            pause.start();
            TimeUnit.MILLISECONDS.sleep(scene.random().nextInt(MAX_SLEEP_MS));
            scene.group().broker().resume();
            pause.join();
            TimeUnit.MILLISECONDS.sleep(scene.random().nextInt(MAX_SLEEP_MS));
        } finally {
            scene.group().broker().resume();
            scene.connector().resume();
        }
        return "";
    }
}
