package io.millrace.tools.transactions;

import io.millrace.tools.cluster.OpenTransaction;
import io.millrace.tools.cluster.UnreachableException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientRequest;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ChannelBuilder;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;

/**
 * Writes the marker of a transaction into one partition, as the coordinator does. Kafka's own tools can only abort. It uses the request
 * of the brokers among themselves, {@code WriteTxnMarkers}, which needs ClusterAction or Alter on the cluster. For one thread.
 */
final class TransactionMarkers {
    private static final int TIMEOUT_MS = 20_000;
    private static final int IDLE_MS = 60_000;
    private static final String CLIENT_ID = "millrace-transactions";

    private final AdminClientConfig settings;

    /** With settings of Kafka's clients. */
    TransactionMarkers(Properties client) {
        Map<String, Object> values = new HashMap<>();
        client.forEach((name, value) -> values.put((String) name, value));
        this.settings = new AdminClientConfig(values);
    }

    /**
     * Writes the marker that the coordinator has decided.
     *
     * @param leader of the partition
     * @throws UnreachableException if the broker does not answer, or refuses: the partition is then as before
     */
    void write(Verdict verdict, Node leader) throws UnreachableException {
        OpenTransaction transaction = verdict.transaction();
        WriteTxnMarkersRequest.Builder request =
                new WriteTxnMarkersRequest.Builder(List.of(new WriteTxnMarkersRequest.TxnMarkerEntry(
                        transaction.producerId(),
                        verdict.markerEpoch(),
                        Math.max(0, transaction.coordinatorEpoch()),
                        verdict.ending() == Ending.COMMITTED ? TransactionResult.COMMIT : TransactionResult.ABORT,
                        List.of(transaction.partition()),
                        // With version 2 the broker refuses a marker that is not newer than the partition's epoch.
                        (short) (verdict.markerEpoch() > transaction.epoch() ? 2 : 1))));
        Errors error;
        try {
            error = findError(send(request, leader), transaction);
        } catch (IOException | KafkaException e) {
            throw new UnreachableException("The broker " + leader + " does not answer: " + e.getMessage());
        }
        if (error != Errors.NONE) {
            throw new UnreachableException("The broker " + leader + " refuses the marker of the producer "
                    + transaction.producerId() + " in " + transaction.partition() + ": " + error.message());
        }
    }

    private static Errors findError(WriteTxnMarkersResponse response, OpenTransaction transaction) {
        TopicPartition partition = transaction.partition();
        Map<TopicPartition, Errors> errors =
                Objects.requireNonNullElse(response.errorsByProducerId().get(transaction.producerId()), Map.of());
        return Objects.requireNonNullElse(errors.get(partition), Errors.UNKNOWN_SERVER_ERROR);
    }

    private WriteTxnMarkersResponse send(WriteTxnMarkersRequest.Builder request, Node leader) throws IOException {
        LogContext log = new LogContext("[" + CLIENT_ID + "] ");
        Time time = Time.SYSTEM;
        ChannelBuilder channels = ClientUtils.createChannelBuilder(settings, time, log);
        try (Metrics metrics = new Metrics(time);
                Selector selector = new Selector(IDLE_MS, metrics, time, CLIENT_ID, channels, log);
                NetworkClient client = new NetworkClient(
                        selector,
                        new ManualMetadataUpdater(List.of(leader)),
                        CLIENT_ID,
                        1,
                        0,
                        0,
                        -1,
                        -1,
                        TIMEOUT_MS,
                        TIMEOUT_MS,
                        TIMEOUT_MS,
                        time,
                        true,
                        new ApiVersions(),
                        log,
                        MetadataRecoveryStrategy.NONE)) {
            if (!NetworkClientUtils.awaitReady(client, leader, time, TIMEOUT_MS)) {
                throw new IOException("no connection within " + TIMEOUT_MS + " ms");
            }
            ClientRequest sent = client.newClientRequest(leader.idString(), request, time.milliseconds(), true);
            ClientResponse response = NetworkClientUtils.sendAndReceive(client, sent, time);
            return (WriteTxnMarkersResponse) response.responseBody();
        }
    }
}
