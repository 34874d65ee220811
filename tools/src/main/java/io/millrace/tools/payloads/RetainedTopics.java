package io.millrace.tools.payloads;

import io.millrace.tools.cluster.TopicReader;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.PropertiesFile;
import io.millrace.tools.input.UsageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The topics of all clusters that have references: the cluster of the arguments, its mirrors, and others that share the store. */
final class RetainedTopics implements AutoCloseable {
    /** In a file of {@code --clusters}, next to the settings of Kafka's clients. */
    private static final String TOPICS = "topics";

    private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

    private final List<TopicReader> clusters = new ArrayList<>();

    private RetainedTopics() {}

    /** Those of the arguments. */
    static RetainedTopics of(Arguments arguments) {
        List<String> topics = parseNames("--topics", arguments.required("--topics"));
        RetainedTopics opened = new RetainedTopics();
        try {
            Map<String, String> client = new HashMap<>();
            arguments.path("--client-config").ifPresent(file -> client.putAll(PropertiesFile.read(file)));
            client.put(BOOTSTRAP_SERVERS, arguments.required("--bootstrap-servers"));
            opened.clusters.add(new TopicReader(topics, client));
            for (String file : arguments
                    .value("--clusters")
                    .map(list -> list.split(",", -1))
                    .orElse(new String[0])) {
                opened.addCluster(file.strip(), topics);
            }
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void addCluster(String file, List<String> topics) {
        Map<String, String> client = new HashMap<>(PropertiesFile.read(Path.of(file)));
        String own = client.remove(TOPICS);
        if (!client.containsKey(BOOTSTRAP_SERVERS)) {
            throw new UsageException("--clusters: " + file + " has no " + BOOTSTRAP_SERVERS);
        }
        clusters.add(new TopicReader(own == null ? topics : parseNames(TOPICS + " of " + file, own), client));
    }

    static List<String> parseNames(String option, String list) {
        List<String> names =
                Arrays.stream(list.split(",", -1)).map(String::strip).distinct().toList();
        if (names.contains("")) {
            throw new UsageException(option + " has an empty name");
        }
        return names;
    }

    /** Reads all records that were not read yet, and those that came meanwhile. */
    void readToEnd(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        clusters.forEach(cluster -> cluster.readToEnd(each));
        clusters.forEach(cluster -> cluster.readToEnd(each));
    }

    /**
     * Requires that no cluster is empty: its topics would be others of the same names.
     *
     * @throws UsageException with the words that nothing was done, of which the caller gives the first
     */
    void requireRecords(String nothingDone) {
        for (TopicReader cluster : clusters) {
            if (cluster.count() == 0) {
                throw new UsageException(nothingDone + ": the topics on " + cluster
                        + " have no records. Either it is the wrong cluster, or these are the wrong topics");
            }
        }
    }

    /** How many records all clusters have of a topic. */
    long count(String topic) {
        return clusters.stream().mapToLong(cluster -> cluster.count(topic)).sum();
    }

    /** How many records were read where. */
    String summary() {
        StringBuilder text = new StringBuilder();
        for (TopicReader cluster : clusters) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(cluster.count())
                    .append(clusters.size() == 1 ? " records" : " records on " + cluster);
        }
        return text.toString();
    }

    @Override
    public void close() {
        clusters.forEach(TopicReader::close);
    }
}
