package io.millrace.tools.chain;

import io.millrace.tools.input.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.runtime.ConnectMetrics;
import org.apache.kafka.connect.runtime.isolation.PluginDesc;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.connect.runtime.standalone.StandaloneConfig;
import org.jspecify.annotations.Nullable;

/**
 * The plugins that a worker with the same {@code plugin.path} has, each in a class loader of its own, found by Connect
 * itself; and Millrace's and Kafka's transforms also where there is no such path.
 */
public final class ConnectorPlugins implements AutoCloseable {
    private final Map<String, String> worker = new HashMap<>();
    private final Plugins plugins;
    private final ConnectMetrics metrics;

    /**
     * Looks for the plugins.
     *
     * @throws UsageException where a folder of the path is not there
     */
    public ConnectorPlugins(Optional<String> pluginPath) {
        worker.put("bootstrap.servers", "127.0.0.1:1");
        worker.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
        worker.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        worker.put("offset.storage.file.filename", "unused");
        if (pluginPath.isPresent()) {
            for (String folder : pluginPath.get().split(",", -1)) {
                if (!Files.exists(Path.of(folder.strip()))) {
                    throw new UsageException("--plugin-path: there is no " + folder.strip());
                }
            }
            worker.put("plugin.path", pluginPath.get());
        } else {
            // Millrace's and Kafka's plugins have service files; looking through every class for others takes seconds.
            worker.put("plugin.discovery", "service_load");
        }
        plugins = new Plugins(worker);
        metrics = new ConnectMetrics("preview", new StandaloneConfig(worker), Time.SYSTEM, "preview");
    }

    /** Connect's own access to them. */
    public Plugins plugins() {
        return plugins;
    }

    /** What Connect asks for where it makes a transform; nobody reads them. */
    public ConnectMetrics metrics() {
        return metrics;
    }

    /** Runs with the class loader in which a worker reads the connector's options: the connector's own. */
    public <T> T asWorker(Map<String, String> options, Supplier<T> work) {
        ClassLoader before = Plugins.compareAndSwapLoaders(loaderOf(options.get("connector.class")));
        try {
            return work.get();
        } finally {
            Plugins.compareAndSwapLoaders(before);
        }
    }

    private ClassLoader loaderOf(@Nullable String connector) {
        boolean known = Stream.concat(plugins.sourceConnectors().stream(), plugins.sinkConnectors().stream())
                .anyMatch(plugin -> isNamed(plugin, connector));
        return known && connector != null
                ? plugins.newConnector(connector).getClass().getClassLoader()
                : plugins.delegatingLoader();
    }

    /** Whether the connector reads topics; known from its class or, where that is not here, from its options. */
    public boolean isSink(Map<String, String> options) {
        String type = options.get("connector.class");
        if (plugins.sinkConnectors().stream().anyMatch(plugin -> isNamed(plugin, type))) {
            return true;
        }
        return plugins.sourceConnectors().stream().noneMatch(plugin -> isNamed(plugin, type))
                && (options.containsKey("topics") || options.containsKey("topics.regex"));
    }

    private static boolean isNamed(PluginDesc<?> plugin, @Nullable String type) {
        String simple = plugin.className().substring(plugin.className().lastIndexOf('.') + 1);
        return plugin.className().equals(type) || simple.equals(type) || simple.equals(type + "Connector");
    }

    @Override
    public void close() {
        metrics.stop();
    }
}
