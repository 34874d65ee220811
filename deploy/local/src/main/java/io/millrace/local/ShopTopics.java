package io.millrace.local;

import io.millrace.testing.servers.ServerFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * The topics that must exist before connectors are posted: those of a script such as {@code connect-configs/topics.sh}, which has a
 * command on each line:
 *
 * <pre>
 * create "$@" --topic NAME --partitions NUMBER { --config NAME=VALUE }
 * </pre>
 */
public final class ShopTopics {
    private static final String COMMAND = "create \"$@\" ";

    private ShopTopics() {}

    /** The topics, in the order of the script. An option that is not known here is an error. */
    public static List<NewTopic> read(Path script) {
        try {
            return Files.readAllLines(script).stream()
                    .filter(line -> line.startsWith(COMMAND))
                    .map(line -> parse(line.substring(COMMAND.length()).strip().split(" ", -1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The topics cannot be read from " + script, e);
        }
    }

    private static NewTopic parse(String[] options) {
        String name = "";
        int partitions = 0;
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < options.length; i += 2) {
            String value = options[i + 1];
            switch (options[i]) {
                case "--topic" -> name = value;
                case "--partitions" -> partitions = Integer.parseInt(value);
                case "--config" ->
                    settings.put(value.substring(0, value.indexOf('=')), value.substring(value.indexOf('=') + 1));
                default ->
                    throw new IllegalArgumentException(
                            "Expected --topic, --partitions or --config, found " + options[i]);
            }
        }
        return new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(settings);
    }

    /**
     * Creates those that do not exist.
     *
     * @throws ServerFailedException if the broker refuses one
     */
    public static void create(Path script, Admin admin) {
        List<NewTopic> topics = read(script);
        try {
            for (KafkaFuture<Void> created : admin.createTopics(topics).values().values()) {
                awaitCreated(created);
            }
        } catch (ExecutionException e) {
            throw new ServerFailedException("The topics of " + script + " cannot be created", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerFailedException("Interrupted while the topics are created", e);
        }
    }

    private static void awaitCreated(KafkaFuture<Void> created) throws ExecutionException, InterruptedException {
        try {
            created.get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
