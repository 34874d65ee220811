package io.millrace.lookups;

import io.millrace.config.WrappedClass;
import io.millrace.expressions.LookupTable;
import io.millrace.tables.ByteWriter;
import io.millrace.tables.TableRegistry;
import io.millrace.tables.TableSettings;
import io.millrace.tables.TopicTable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.connect.storage.Converter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of one plugin. Expressions are compiled with them at once; they have rows from {@link #open} on. Equal tables of
 * a class loader share their rows. Safe for use by many threads.
 */
public final class Lookups implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lookups.class);

    private final AbstractConfig config;
    private final List<ConfiguredTable> tables;
    private final List<TableRegistry.Lease<Object, ByteBuffer>> leases = new ArrayList<>();
    private volatile boolean isOpen;

    private Lookups(AbstractConfig config, List<ConfiguredTable> tables) {
        this.config = config;
        this.tables = tables;
    }

    /**
     * The tables of a configuration.
     *
     * @param options of which {@link LookupOptions} are read
     * @throws ConfigException naming the option, its value and the reason
     */
    public static Lookups of(Map<String, ?> options) {
        LookupOptions.findUnknown(options.keySet()).stream().findFirst().ifPresent(option -> {
            throw new ConfigException("There is no option " + option);
        });
        AbstractConfig config = LookupOptions.ALL.read(options);
        Duration readyTimeout = Duration.ofMillis(LookupOptions.READY_TIMEOUT_MS.get(config));
        List<ConfiguredTable> tables = LookupOptions.findTableOptions(config.values()).stream()
                .map(option -> new ConfiguredTable(LookupOptions.parse(option, config.values()), readyTimeout))
                .toList();
        return new Lookups(config, tables);
    }

    /** The tables that the options declare, to check expressions; those that are not valid are refused by their own options. */
    public static List<LookupTable> findTables(Map<String, ?> options) {
        List<LookupTable> tables = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String option : LookupOptions.findTableOptions(options)) {
            LookupOptions.tryParse(options.get(option))
                    .filter(definition -> names.add(definition.name()))
                    .ifPresent(definition -> tables.add(new ConfiguredTable(definition, Duration.ZERO)));
        }
        return tables;
    }

    /** The tables, for {@link io.millrace.expressions.ExpressionCompiler#withLookups}. */
    public List<LookupTable> tables() {
        return List.copyOf(tables);
    }

    /**
     * Begins to load the tables, and does not wait: the first lookup does. Call {@link #close} afterwards.
     *
     * @throws ConfigException if the settings of Kafka's clients are invalid
     */
    public synchronized void open() {
        try {
            tables.forEach(this::open);
            isOpen = true;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** As {@link #open}, unless the tables are open. Costs nothing for each record. */
    public void openOnce() {
        if (!isOpen) {
            open();
        }
    }

    private void open(ConfiguredTable table) {
        Object file = config.originals().get(LookupOptions.fileOption(table.name()));
        if (file != null) {
            LOG.warn("The table {} has the records of the file {}, and does not follow its topic", table.name(), file);
            table.open(FileRows.read(Path.of(String.valueOf(file)), table.definition(), newFormat(table.definition())));
            return;
        }
        TableRegistry.Lease<Object, ByteBuffer> lease = acquire(table.definition());
        leases.add(lease);
        table.open(new TopicRows(lease.table()));
    }

    /** The rows of a topic. */
    private record TopicRows(TopicTable<Object, ByteBuffer> topic) implements ConfiguredTable.Rows {
        @Override
        public byte @Nullable [] find(ByteWriter key) {
            return topic.find(key);
        }

        @Override
        public void awaitReady(Duration timeout) throws InterruptedException {
            topic.awaitReady(timeout);
        }

        @Override
        public int size() {
            return topic.size();
        }
    }

    private TableRegistry.Lease<Object, ByteBuffer> acquire(LookupDefinition definition) {
        Map<String, Object> clients = clientSettings();
        TableSettings settings = new TableSettings(
                clients,
                LookupOptions.MAX_BYTES.get(config),
                Duration.ofMillis(LookupOptions.MAX_STALENESS_MS.get(config)),
                LookupOptions.ON_UNDECODABLE.get(config),
                LookupOptions.CLEANUP_POLICY.get(config));
        List<Object> identity = List.of(
                definition.text(),
                settings,
                clients,
                LookupOptions.KEY_CONVERTER.get(config),
                converterOptions(LookupOptions.KEY_CONVERTER_NAME),
                LookupOptions.VALUE_CONVERTER.get(config),
                converterOptions(LookupOptions.VALUE_CONVERTER_NAME));
        return TableRegistry.shared().acquire(identity, () -> {
            LookupFormat format = newFormat(definition);
            return TopicTable.open(definition.name(), definition.topic(), format.keys(), format.values(), settings);
        });
    }

    private LookupFormat newFormat(LookupDefinition definition) {
        return new LookupFormat(
                definition,
                new TableConverters(
                        newConverter(LookupOptions.KEY_CONVERTER_NAME, LookupOptions.KEY_CONVERTER.get(config), true),
                        newConverter(
                                LookupOptions.VALUE_CONVERTER_NAME, LookupOptions.VALUE_CONVERTER.get(config), false)));
    }

    private Map<String, Object> clientSettings() {
        Map<String, Object> settings = new HashMap<>(config.originalsWithPrefix(LookupOptions.KAFKA_PREFIX));
        LookupOptions.SECRETS.forEach((name, option) ->
                option.find(config).map(Password::value).ifPresent(secret -> settings.put(name, secret)));
        return settings;
    }

    private Map<String, Object> converterOptions(String prefix) {
        Map<String, Object> options = new HashMap<>(config.originalsWithPrefix(prefix + "."));
        options.putIfAbsent("schemas.enable", "false");
        return options;
    }

    private Converter newConverter(String option, String className, boolean ofKeys) {
        Converter converter = WrappedClass.newInstance(option, className, Converter.class);
        WrappedClass.runWithLoaderOf(converter, () -> converter.configure(converterOptions(option), ofKeys));
        return converter;
    }

    /**
     * Whether all tables can answer now, for a caller that waits by itself. Does not block.
     *
     * @throws org.apache.kafka.connect.errors.ConnectException if one cannot for longer than the configured time, or has failed
     */
    public boolean areReady() {
        for (ConfiguredTable table : tables) {
            if (!table.isReady()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Waits until all tables are complete, for the configured time.
     *
     * @throws org.apache.kafka.connect.errors.ConnectException if one is not, naming it and the reason
     */
    public void awaitReady() {
        tables.forEach(ConfiguredTable::awaitReady);
    }

    /** Releases the tables. */
    @Override
    public synchronized void close() {
        leases.forEach(TableRegistry.Lease::close);
        leases.clear();
        isOpen = false;
    }
}
