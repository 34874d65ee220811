package io.millrace.tools.chain;

import io.millrace.tools.input.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.runtime.ConnectMetrics;
import org.apache.kafka.connect.runtime.isolation.PluginDesc;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.connect.runtime.standalone.StandaloneConfig;
import org.jspecify.annotations.Nullable;

/**
 * The plugins that a worker with the same {@code plugin.path} has, each in a class loader of its own, found by Connect
 * itself; and Millrace's and Kafka's transforms also without this path.
 */
public final class ConnectorPlugins implements AutoCloseable {
    private static final String DISCOVERY = "plugin.discovery";
    private static final Pattern NAMES_A_PLUGIN =
            Pattern.compile("connector\\.class|(transforms|predicates)\\.[^.]+\\.type|(key|value|header)\\.converter");

    private final Map<String, String> worker = new HashMap<>();
    private final Plugins plugins;
    private final ConnectMetrics metrics;

    /**
     * Looks for the plugins. Those with service files are found at once. All classes of the path are searched, which takes
     * tens of seconds, only if the configuration names a plugin that has none.
     *
     * @param options the connector's configuration
     * @throws UsageException if a folder of the path does not exist
     */
    public ConnectorPlugins(Optional<String> pluginPath, Map<String, String> options) {
        worker.put("bootstrap.servers", "127.0.0.1:1");
        worker.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
        worker.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        worker.put("offset.storage.file.filename", "unused");
        if (pluginPath.isPresent()) {
            for (String folder : pluginPath.get().split(",", -1)) {
                if (!Files.exists(Path.of(folder.strip()))) {
                    throw new UsageException("--plugin-path: missing folder " + folder.strip());
                }
            }
            worker.put("plugin.path", pluginPath.get());
        }
        worker.put(DISCOVERY, "service_load");
        Plugins withServiceFiles = new Plugins(worker);
        if (pluginPath.isPresent() && !findsAll(withServiceFiles, options)) {
            worker.put(DISCOVERY, "hybrid_warn");
            plugins = new Plugins(worker);
        } else {
            plugins = withServiceFiles;
        }
        metrics = new ConnectMetrics("preview", new StandaloneConfig(worker), Time.SYSTEM, "preview");
    }

    private static boolean findsAll(Plugins plugins, Map<String, String> options) {
        return options.entrySet().stream()
                .filter(option -> NAMES_A_PLUGIN.matcher(option.getKey()).matches())
                .allMatch(option -> Stream.of(
                                plugins.sourceConnectors(),
                                plugins.sinkConnectors(),
                                plugins.transformations(),
                                plugins.predicates(),
                                plugins.converters(),
                                plugins.headerConverters())
                        .flatMap(Set::stream)
                        .anyMatch(plugin -> isNamed(plugin, option.getValue())));
    }

    /** Connect's own access to them. */
    public Plugins plugins() {
        return plugins;
    }

    /** Connect needs these to create a transform; they are not read. */
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

    /** Whether the connector reads topics; by its class or, if the class is missing, by its options. */
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
