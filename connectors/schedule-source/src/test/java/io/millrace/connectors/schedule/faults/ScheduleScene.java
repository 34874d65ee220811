package io.millrace.connectors.schedule.faults;

import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.campaigns.PostedConnector;
import io.millrace.testing.campaigns.SourceScene;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;

/** What a fault can reach. */
record ScheduleScene(ConnectGroup group, Admin admin, PostedConnector connector, CommandTraffic traffic, Random random)
        implements SourceScene {
    @Override
    public void pauseTraffic() throws InterruptedException {
        traffic.pause();
    }

    @Override
    public void resumeTraffic() {
        traffic.resume();
    }

    /** Waits until so many commands have been written since this call. */
    @Override
    public void awaitTraffic(int count) throws InterruptedException {
        int end = traffic.sent().size() + count;
        until("traffic", () -> traffic.sent().size() >= end);
    }
}
