package io.millrace.connectors.redrive.faults;

import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.campaigns.PostedConnector;
import io.millrace.testing.campaigns.SourceScene;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;

/**
 * What a fault can reach.
 *
 * @param connector the redrive source
 * @param sink the sink whose records come back
 */
record RedriveScene(
        ConnectGroup group,
        Admin admin,
        PostedConnector connector,
        PostedConnector sink,
        RedriveTraffic traffic,
        Random random)
        implements SourceScene {
    @Override
    public void pauseTraffic() throws InterruptedException {
        traffic.pause();
    }

    @Override
    public void resumeTraffic() {
        traffic.resume();
    }

    /** Waits until so many events have been written since this call. */
    @Override
    public void awaitTraffic(int count) throws InterruptedException {
        int end = traffic.size() + count;
        until("traffic", () -> traffic.size() >= end);
    }
}
