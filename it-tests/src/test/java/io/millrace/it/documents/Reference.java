package io.millrace.it.documents;

import io.millrace.clients.spooling.SpoolingProducer;
import io.millrace.clients.spooling.SpoolingProducerMXBean;
import io.millrace.connectors.channel.ChannelSinkConnector;
import io.millrace.connectors.channel.ChannelSinkMXBean;
import io.millrace.connectors.event.EventSourceConnector;
import io.millrace.connectors.projection.ProjectionSinkConnector;
import io.millrace.connectors.projection.config.ProjectionSinkConfig;
import io.millrace.connectors.projection.metrics.ProjectionSinkMXBean;
import io.millrace.connectors.redrive.RedriveSourceConnector;
import io.millrace.connectors.redrive.RedriveSourceMXBean;
import io.millrace.connectors.schedule.ScheduleSourceConnector;
import io.millrace.connectors.schedule.ScheduleSourceMXBean;
import io.millrace.connectors.spool.SpoolSourceConnector;
import io.millrace.connectors.spool.SpoolSourceMXBean;
import io.millrace.connectors.topic.TopicSourceConnector;
import io.millrace.connectors.topic.TopicSourceMXBean;
import io.millrace.converters.ClaimCheckConverter;
import io.millrace.converters.ClaimCheckDeserializer;
import io.millrace.converters.ClaimCheckSerializer;
import io.millrace.converters.OriginalBytesConverter;
import io.millrace.converters.StreamingJsonConverter;
import io.millrace.payloads.PayloadsMXBean;
import io.millrace.transforms.ChunkPayload;
import io.millrace.transforms.ClaimCheck;
import io.millrace.transforms.InjectContext;
import io.millrace.transforms.Lookup;
import io.millrace.transforms.RestorePayload;
import io.millrace.transforms.ToOfficialEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The reference of the plugins: what is written by hand in {@code src/test/reference}, with the options out of the
 * definitions that the plugins check theirs against, and the metrics out of the interfaces that JMX shows.
 */
final class Reference {
    private static final String INDEX = "README.md";
    private static final String NOTE =
            "<!-- Generated from it-tests/src/test/reference and the options' declarations; the"
                    + " command is in CONTRIBUTING.md. -->\n\n";

    private final Path project;

    Reference(Path project) {
        this.project = project;
    }

    /** Where the pages are kept. */
    Path folder() {
        return project.resolve("docs/reference");
    }

    /** Every page by its file's name. */
    Map<String, String> pages() throws IOException {
        Map<String, String> pages = new TreeMap<>();
        ConfigDef shared = sharedOptions();
        pages.put(
                OptionsText.SHARED_PAGE,
                NOTE + template(OptionsText.SHARED_PAGE).replace("${options}", OptionsText.of(shared)));
        StringBuilder index = new StringBuilder("| plugin | type |\n| --- | --- |\n");
        for (Plugin plugin : plugins()) {
            String name = plugin.type().getSimpleName();
            pages.put(name + ".md", page(plugin, shared.names()));
            index.append("| [`%s`](%s.md) | `%s`, %s |%n"
                    .formatted(name, name, plugin.type().getName(), plugin.kind()));
        }
        pages.put(
                INDEX,
                NOTE + template(INDEX).replace("${pages}", index.toString().strip()));
        return pages;
    }

    /** The payload options that several plugins have with the same text. */
    private static ConfigDef sharedOptions() {
        Map<String, List<ConfigDef.ConfigKey>> declared = new LinkedHashMap<>();
        Map<String, Set<String>> texts = new HashMap<>();
        for (Plugin plugin : plugins()) {
            for (ConfigDef.ConfigKey key : plugin.options().configKeys().values()) {
                if (key.name.startsWith("payload.") && !key.internalConfig) {
                    declared.computeIfAbsent(key.name, name -> new ArrayList<>())
                            .add(key);
                    texts.computeIfAbsent(key.name, name -> new HashSet<>())
                            .add(OptionsText.option(key, plugin.options().names()));
                }
            }
        }
        ConfigDef shared = new ConfigDef();
        declared.forEach((name, keys) -> {
            if (keys.size() > 1 && texts.get(name).size() == 1) {
                shared.define(keys.get(0));
            }
        });
        return shared;
    }

    private String page(Plugin plugin, Set<String> shared) throws IOException {
        String text = template(plugin.type().getSimpleName() + ".md")
                .replace("${class}", plugin.type().getName())
                .replace("${options}", OptionsText.of(plugin.options(), shared));
        if (text.contains("${projection}")) {
            ConfigDef projection = ProjectionSinkConfig.projectionDefinition("NAME");
            text = text.replace("${projection}", OptionsText.of(projection));
        }
        if (plugin.metrics().isPresent()) {
            text = text.replace("${metrics}", metrics(plugin.metrics().get()));
        }
        return NOTE + text;
    }

    private String metrics(Class<?> bean) throws IOException {
        return MetricsText.of(bean, project.resolve(moduleOf(bean)).resolve("src/main/java"));
    }

    private static String moduleOf(Class<?> bean) {
        if (bean == PayloadsMXBean.class) {
            return "common/payloads";
        }
        if (bean == ScheduleSourceMXBean.class) {
            return "connectors/schedule-source";
        }
        if (bean == RedriveSourceMXBean.class) {
            return "connectors/redrive-source";
        }
        if (bean == SpoolSourceMXBean.class) {
            return "connectors/spool-source";
        }
        if (bean == SpoolingProducerMXBean.class) {
            return "clients/spooling-producer";
        }
        if (bean == ChannelSinkMXBean.class) {
            return "connectors/channel-sink";
        }
        return bean == TopicSourceMXBean.class ? "connectors/topic-source" : "connectors/projection-sink";
    }

    private String template(String name) throws IOException {
        return Files.readString(project.resolve("it-tests/src/test/reference").resolve(name));
    }

    private static List<Plugin> plugins() {
        String transform = "a transform";
        Optional<Class<?>> payloads = Optional.of(PayloadsMXBean.class);
        return List.of(
                new Plugin(
                        InjectContext.class, transform, new InjectContext<SourceRecord>().config(), Optional.empty()),
                new Plugin(
                        ToOfficialEvent.class,
                        transform,
                        new ToOfficialEvent<SourceRecord>().config(),
                        Optional.empty()),
                new Plugin(ClaimCheck.class, transform, new ClaimCheck<SourceRecord>().config(), payloads),
                new Plugin(ChunkPayload.class, transform, new ChunkPayload<SourceRecord>().config(), payloads),
                new Plugin(Lookup.class, transform, new Lookup<SourceRecord>().config(), Optional.empty()),
                new Plugin(RestorePayload.class, transform, new RestorePayload<SourceRecord>().config(), payloads),
                new Plugin(ClaimCheckConverter.class, "a converter", new ClaimCheckConverter().config(), payloads),
                new Plugin(
                        StreamingJsonConverter.class,
                        "a converter",
                        new StreamingJsonConverter().config(),
                        Optional.empty()),
                new Plugin(
                        OriginalBytesConverter.class,
                        "a converter",
                        new OriginalBytesConverter().config(),
                        Optional.empty()),
                new Plugin(
                        ClaimCheckSerializer.class,
                        "a serializer of Kafka's producer",
                        ClaimCheckSerializer.configDef(),
                        payloads),
                new Plugin(
                        ClaimCheckDeserializer.class,
                        "a deserializer of Kafka's consumer",
                        ClaimCheckDeserializer.configDef(),
                        payloads),
                new Plugin(
                        EventSourceConnector.class,
                        "a source connector",
                        new EventSourceConnector().config(),
                        payloads),
                new Plugin(
                        TopicSourceConnector.class,
                        "a source connector",
                        new TopicSourceConnector().config(),
                        Optional.of(TopicSourceMXBean.class)),
                new Plugin(
                        ScheduleSourceConnector.class,
                        "a source connector",
                        new ScheduleSourceConnector().config(),
                        Optional.of(ScheduleSourceMXBean.class)),
                new Plugin(
                        RedriveSourceConnector.class,
                        "a source connector",
                        new RedriveSourceConnector().config(),
                        Optional.of(RedriveSourceMXBean.class)),
                new Plugin(
                        SpoolSourceConnector.class,
                        "a source connector",
                        new SpoolSourceConnector().config(),
                        Optional.of(SpoolSourceMXBean.class)),
                new Plugin(
                        SpoolingProducer.class,
                        "a producer for services",
                        SpoolingProducer.configDef(),
                        Optional.of(SpoolingProducerMXBean.class)),
                new Plugin(
                        ProjectionSinkConnector.class,
                        "a sink connector",
                        new ProjectionSinkConnector().config(),
                        Optional.of(ProjectionSinkMXBean.class)),
                new Plugin(
                        ChannelSinkConnector.class,
                        "a sink connector",
                        new ChannelSinkConnector().config(),
                        Optional.of(ChannelSinkMXBean.class)));
    }

    /**
     * What a page is about.
     *
     * @param kind what it is, for the list of pages
     * @param metrics the MXBean that it shows; empty where it shows none
     */
    private record Plugin(Class<?> type, String kind, ConfigDef options, Optional<Class<?>> metrics) {}
}
