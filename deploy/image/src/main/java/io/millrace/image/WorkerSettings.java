package io.millrace.image;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A worker's settings, from environment variables. {@code CONNECT_GROUP_ID} is {@code group.id}: what follows
 * the prefix becomes lower case, {@code _} becomes a dot, {@code __} an underscore and {@code ___} a hyphen. A setting
 * without a variable has the default of this class, or else that of Connect. With {@value #STANDALONE} the worker is a standalone one, whose
 * REST interface only its own container reaches.
 */
final class WorkerSettings {
    /** The file of the connector that a standalone worker runs. Without it, the worker is distributed. */
    static final String STANDALONE = "STANDALONE_CONNECTOR";

    private static final String PREFIX = "CONNECT_";
    private static final String SERVERS = "CONNECT_BOOTSTRAP_SERVERS";
    private static final String GROUP = "CONNECT_GROUP_ID";

    /**
     * Variables that are not settings of the worker: those of the logging, and those that Kubernetes sets for a service
     * that is called {@code connect}.
     */
    private static final Pattern OTHERS = Pattern.compile("CONNECT_(LOG4J_.*|SERVICE_(HOST|PORT)(_.*)?|PORT(_.*)?)");

    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("listeners", "http://:8083"),
            Map.entry("plugin.path", "/opt/kafka/plugins"),
            Map.entry("plugin.discovery", "service_load"),
            Map.entry("key.converter", "org.apache.kafka.connect.json.JsonConverter"),
            Map.entry("value.converter", "org.apache.kafka.connect.json.JsonConverter"),
            // As many replicas as the brokers give a topic.
            Map.entry("config.storage.replication.factor", "-1"),
            Map.entry("offset.storage.replication.factor", "-1"),
            Map.entry("status.storage.replication.factor", "-1"),
            Map.entry("exactly.once.source.support", "enabled"),
            Map.entry("consumer.isolation.level", "read_committed"),
            // Connect's own is five minutes, for which nobody has the partitions of a worker that died.
            Map.entry("scheduled.rebalance.max.delay.ms", "60000"),
            Map.entry("config.providers", "env,directory"),
            Map.entry("config.providers.env.class", "org.apache.kafka.common.config.provider.EnvVarConfigProvider"),
            // Whoever may post a connector can read these, so the worker's own are not among them.
            Map.entry(
                    "config.providers.env.param.allowlist.pattern",
                    "(?!CONNECT_|KAFKA_(?!BOOTSTRAP_SERVERS$)|JAVA_|JDK_).*"),
            Map.entry(
                    "config.providers.directory.class",
                    "org.apache.kafka.common.config.provider.DirectoryConfigProvider"),
            Map.entry("config.providers.directory.param.allowed.paths", "/opt/millrace/secrets"));

    private WorkerSettings() {}

    /**
     * The settings, in the order of their names.
     *
     * @param address of this worker, as the others of its group reach it
     * @throws SettingsException if a variable is missing that has no default
     */
    static Map<String, String> of(Map<String, String> environment, String address) throws SettingsException {
        boolean standalone = isStandalone(environment);
        List<String> missing = (standalone ? List.of(SERVERS) : List.of(SERVERS, GROUP))
                .stream()
                        .filter(name -> environment.getOrDefault(name, "").isBlank())
                        .toList();
        if (!missing.isEmpty()) {
            throw new SettingsException(String.join(" and ", missing) + (missing.size() == 1 ? " is" : " are")
                    + " not set; give Kafka's addresses (host:port,...)"
                    + (standalone ? "." : " and a name for the group of workers."));
        }
        Map<String, String> settings = new TreeMap<>(DEFAULTS);
        if (standalone) {
            // Whoever reaches it could read the connector's passwords.
            settings.put("listeners", "http://127.0.0.1:8083");
        } else {
            String group = environment.getOrDefault(GROUP, "").strip();
            settings.put("config.storage.topic", group + "-configs");
            settings.put("offset.storage.topic", group + "-offsets");
            settings.put("status.storage.topic", group + "-status");
        }
        settings.put("rest.advertised.host.name", address);
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !OTHERS.matcher(name).matches()) {
                settings.put(settingOf(name), value.strip());
            }
        });
        return settings;
    }

    /** Whether the worker is a standalone one. */
    static boolean isStandalone(Map<String, String> environment) {
        return !environment.getOrDefault(STANDALONE, "").isBlank();
    }

    private static String settingOf(String variable) {
        return variable.substring(PREFIX.length())
                .toLowerCase(Locale.ROOT)
                .replace("___", "-")
                .replace("__", "\0")
                .replace('_', '.')
                .replace('\0', '_');
    }
}
