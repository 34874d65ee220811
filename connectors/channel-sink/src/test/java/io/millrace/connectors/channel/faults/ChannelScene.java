package io.millrace.connectors.channel.faults;

import io.millrace.testing.servers.KafkaBroker;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/** What a fault can reach. */
record ChannelScene(
        KafkaBroker broker,
        Admin admin,
        List<Gateway> gateways,
        CuttingProxy proxy,
        EventTraffic traffic,
        List<LoggingClient> clients,
        Random random) {
    Gateway gateway() {
        return gateways.get(random.nextInt(gateways.size()));
    }

    /** Sleeps for a random time. Returns it. */
    int sleepBetween(int leastMillis, int mostMillis) throws InterruptedException {
        int millis = leastMillis + random.nextInt(mostMillis - leastMillis);
        TimeUnit.MILLISECONDS.sleep(millis);
        return millis;
    }
}
