package io.millrace.connectors.topic.faults;

import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.campaigns.SourceScene;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;

/** What a fault can reach. */
record TopicScene(ConnectGroup group, Admin admin, TopicConnector connector, RawTraffic traffic, Random random)
        implements SourceScene {
    @Override
    public void pauseTraffic() throws InterruptedException {
        traffic.pause();
    }

    @Override
    public void resumeTraffic() {
        traffic.resume();
    }

    /** Waits until so many transactions have been committed since this call. */
    @Override
    public void awaitTraffic(int count) throws InterruptedException {
        long end = traffic.transactions() + count;
        until("traffic", () -> traffic.transactions() >= end);
    }
}
