package io.millrace.connectors.spool.faults;

import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.campaigns.PostedConnector;
import io.millrace.testing.campaigns.SourceScene;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.S3Server;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;

/**
 * What a fault can reach.
 *
 * @param members the brokers besides the group's, which lead the events' partitions; empty if that one is alone
 * @param connector the spool source
 * @param service the service whose producer spools
 * @param s3 the store of the spool
 */
record SpoolScene(
        ConnectGroup group,
        List<KafkaBroker> members,
        Admin admin,
        PostedConnector connector,
        WriterProcess service,
        S3Server s3,
        CallerAnswers answers,
        Random random)
        implements SourceScene {
    /** The service goes on: an outage of the broker is what it is for. */
    @Override
    public void pauseTraffic() {}

    @Override
    public void resumeTraffic() {}

    /** Waits until so many events have been acknowledged since this call. */
    @Override
    public void awaitTraffic(int count) throws InterruptedException {
        long end = answers.acknowledged() + count;
        until("traffic", () -> answers.acknowledged() >= end);
    }

    /** Waits until Kafka has acknowledged so many events since this call. */
    void awaitDirect(int count) throws InterruptedException {
        long end = answers.direct() + count;
        until("events that Kafka acknowledges", () -> answers.direct() >= end);
    }

    /** Waits until the spool has acknowledged so many events since this call. */
    void awaitSpooled(int count) throws InterruptedException {
        long end = answers.spooled() + count;
        until("events in the spool", () -> answers.spooled() >= end);
    }
}
