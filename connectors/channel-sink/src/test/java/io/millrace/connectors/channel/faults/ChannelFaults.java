package io.millrace.connectors.channel.faults;

import io.millrace.testing.campaigns.AwaitedCondition;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.ConnectWorker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TransactionState;

/** Every kind of fault that strikes channels. */
final class ChannelFaults {
    private static final String GATEWAYS = "gateways";
    private static final String BROKER = "broker";
    private static final String CONNECTIONS = "connections";
    private static final String CLIENTS = "clients";
    private static final Duration TIME_TO_ACT = Duration.ofSeconds(90);
    private static final int MAX_DELAY_MS = 600;
    private static final Set<TransactionState> ENDING =
            Set.of(TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT);

    static final List<Fault<ChannelScene>> ALL = List.of(
            new Fault<>("gateway-killed", Set.of(GATEWAYS), ChannelFaults::killGateway),
            new Fault<>("gateway-suspended", Set.of(GATEWAYS), ChannelFaults::suspendGateway),
            new Fault<>("gateway-drained", Set.of(GATEWAYS), ChannelFaults::drainGateway),
            new Fault<>("gateways-killed", Set.of(GATEWAYS), ChannelFaults::killGateways),
            new Fault<>("gateways-drained", Set.of(GATEWAYS), ChannelFaults::drainGateways),
            new Fault<>("task-restarted", Set.of(GATEWAYS), ChannelFaults::restartTask),
            new Fault<>("connector-paused", Set.of(GATEWAYS), ChannelFaults::pauseConnector),
            new Fault<>("connections-cut", Set.of(CONNECTIONS), ChannelFaults::cutConnections),
            new Fault<>("connections-held", Set.of(CONNECTIONS), ChannelFaults::holdConnections),
            new Fault<>("broker-killed", Set.of(BROKER), ChannelFaults::killBroker),
            new Fault<>("broker-suspended", Set.of(BROKER), ChannelFaults::suspendBroker),
            new Fault<>("clients-stop-reading", Set.of(CLIENTS, BROKER), ChannelFaults::stopReading));

    private ChannelFaults() {}

    private static String killGateway(ChannelScene scene) throws Exception {
        scene.sleepBetween(0, MAX_DELAY_MS);
        Gateway gateway = scene.gateway();
        gateway.worker().kill();
        scene.sleepBetween(0, 3_000);
        gateway.worker().restart();
        return gateway.name();
    }

    /** Clients leave it because of its silence; then it wakes up with connections that its clients have left. */
    private static String suspendGateway(ChannelScene scene) throws Exception {
        scene.sleepBetween(0, MAX_DELAY_MS);
        Gateway gateway = scene.gateway();
        gateway.worker().suspend();
        try {
            return gateway.name() + " for " + scene.sleepBetween(500, 9_000) + " ms";
        } finally {
            gateway.worker().resume();
        }
    }

    private static String drainGateway(ChannelScene scene) throws Exception {
        scene.sleepBetween(0, MAX_DELAY_MS);
        Gateway gateway = scene.gateway();
        gateway.worker().restart();
        return gateway.name();
    }

    /** Nobody answers for some time, and the histories are read again. */
    private static String killGateways(ChannelScene scene) throws Exception {
        scene.sleepBetween(0, MAX_DELAY_MS);
        List<ConnectWorker> workers = workers(scene);
        workers.forEach(ConnectWorker::kill);
        scene.sleepBetween(0, 3_000);
        restartAll(workers);
        return "";
    }

    private static String drainGateways(ChannelScene scene) throws Exception {
        scene.sleepBetween(0, MAX_DELAY_MS);
        restartAll(workers(scene));
        return "";
    }

    private static List<ConnectWorker> workers(ChannelScene scene) {
        return scene.gateways().stream().map(Gateway::worker).toList();
    }

    private static void restartAll(List<ConnectWorker> workers) {
        CompletableFuture.allOf(workers.stream()
                        .map(worker -> CompletableFuture.runAsync(worker::restart))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    /** Connections stay while the task reads its history again. */
    private static String restartTask(ChannelScene scene) throws Exception {
        scene.sleepBetween(0, MAX_DELAY_MS);
        Gateway gateway = scene.gateway();
        call(() -> gateway.worker().rest().restart(Gateway.CONNECTOR));
        return gateway.name();
    }

    /** The clients of a paused connector get beats, and no events until it is resumed. */
    private static String pauseConnector(ChannelScene scene) throws Exception {
        Gateway gateway = scene.gateway();
        call(() -> gateway.worker().rest().pause(Gateway.CONNECTOR));
        try {
            return gateway.name() + " for " + scene.sleepBetween(500, 6_000) + " ms";
        } finally {
            call(() -> gateway.worker().rest().resume(Gateway.CONNECTOR));
        }
    }

    /** A call to a worker. */
    private interface RestCall {
        void make() throws IOException;
    }

    private static void call(RestCall call) throws InterruptedException {
        AwaitedCondition.requireWithin(TIME_TO_ACT, "the worker to answer", () -> {
            try {
                call.make();
                return true;
            } catch (ConnectRestException e) {
                return false;
            }
        });
    }

    private static String cutConnections(ChannelScene scene) throws Exception {
        int cut = 0;
        int times = 1 + scene.random().nextInt(4);
        for (int i = 0; i < times; i++) {
            scene.sleepBetween(0, 1_500);
            cut += scene.proxy().cut(scene.random().nextBoolean() ? 1 : 0.3, scene.random());
        }
        return cut + " in " + times + " turns";
    }

    /** No byte passes; the clients notice a longer hold by the silence, and the gateways do not. */
    private static String holdConnections(ChannelScene scene) throws Exception {
        scene.proxy().hold();
        try {
            return scene.sleepBetween(500, 9_000) + " ms";
        } finally {
            scene.proxy().release();
        }
    }

    /** Not while a transaction ends: a broker that is alone then forgets that it was committed. */
    private static String killBroker(ChannelScene scene) throws Exception {
        scene.traffic().betweenTransactions(() -> {
            AwaitedCondition.requireWithin(
                    TIME_TO_ACT, "the transactions to end", () -> scene.admin().listTransactions().all().get().stream()
                            .noneMatch(transaction -> ENDING.contains(transaction.state())));
            scene.broker().kill();
            return null;
        });
        int millis = scene.sleepBetween(0, 3_000);
        scene.broker().restart();
        AwaitedCondition.requireWithin(TIME_TO_ACT, "the partitions to have leaders", () -> {
            Set<String> topics = scene.admin()
                    .listTopics(new ListTopicsOptions().listInternal(true))
                    .names()
                    .get();
            return scene.admin().describeTopics(topics).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition ->
                            partition.leader() != null && !partition.isr().isEmpty());
        });
        return "for " + millis + " ms";
    }

    private static String suspendBroker(ChannelScene scene) throws Exception {
        scene.broker().suspend();
        try {
            return "for " + scene.sleepBetween(500, 6_000) + " ms";
        } finally {
            scene.broker().resume();
        }
    }

    /** Clients of a channel stop to read, and the channel gets more than their connections have room for; at times, more than the history has. */
    private static String stopReading(ChannelScene scene) throws Exception {
        List<LoggingClient> all = new ArrayList<>(scene.clients());
        Collections.shuffle(all, scene.random());
        String channel = all.get(0).channels().get(0);
        List<LoggingClient> stuck = all.stream()
                .filter(client -> client.channels().contains(channel))
                .limit(3)
                .toList();
        int bytes = 20_000 + scene.random().nextInt(80_000);
        int megabytes = scene.random().nextBoolean() ? 6 : 20;
        stuck.forEach(LoggingClient::stopReading);
        try {
            scene.sleepBetween(0, MAX_DELAY_MS);
            scene.traffic().writeLarge(channel, megabytes * 1_000_000 / bytes, bytes);
            scene.sleepBetween(500, 5_000);
        } finally {
            stuck.forEach(LoggingClient::resumeReading);
        }
        return stuck.size() + " clients, " + megabytes + " MB in " + channel;
    }
}
