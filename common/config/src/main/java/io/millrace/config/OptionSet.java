package io.millrace.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** The options of a plugin, or of a part that several plugins have, in the order of the reference. Immutable. */
public final class OptionSet {
    private final Map<String, Option<?>> options;

    private OptionSet(List<Option<?>> options) {
        this.options = new LinkedHashMap<>();
        for (Option<?> option : options) {
            if (this.options.putIfAbsent(option.name(), option) != null) {
                throw new IllegalArgumentException("The option " + option.name() + " is declared twice");
            }
        }
    }

    /**
     * A set of these options.
     *
     * @throws IllegalArgumentException if two have one name
     */
    public static OptionSet of(Option<?>... options) {
        return new OptionSet(List.of(options));
    }

    /** A set of these options. */
    public static OptionSet of(List<? extends Option<?>> options) {
        return new OptionSet(List.copyOf(options));
    }

    /** These options, then others. */
    public OptionSet and(Option<?>... others) {
        return and(of(others));
    }

    /** These options, then those of another set that this one does not have. */
    public OptionSet and(OptionSet others) {
        Map<String, Option<?>> all = new LinkedHashMap<>(options);
        others.options.forEach(all::putIfAbsent);
        return of(new ArrayList<>(all.values()));
    }

    /**
     * The same set with another declaration of an option that it has, at the same place.
     *
     * @throws IllegalArgumentException if the set has no option of this name
     */
    public OptionSet replace(Option<?> declaration) {
        if (!options.containsKey(declaration.name())) {
            throw new IllegalArgumentException("There is no option " + declaration.name());
        }
        return map(option -> option.name().equals(declaration.name()) ? declaration : option);
    }

    /** The same options, each with a prefix before its name. */
    public OptionSet under(String prefix) {
        return map(option -> option.under(prefix));
    }

    /** The same options, those that depend on a context in this one; see {@link Option#in}. */
    public OptionSet in(Object context) {
        return map(option -> option.in(context));
    }

    private OptionSet map(UnaryOperator<Option<?>> change) {
        return of(options.values().stream().<Option<?>>map(change).toList());
    }

    /** The names, in the order of the options. */
    public Set<String> names() {
        return Set.copyOf(options.keySet());
    }

    /** The options, in their order. */
    public List<Option<?>> options() {
        return List.copyOf(options.values());
    }

    /** Kafka's definition of these options. */
    public ConfigDef definition() {
        ConfigDef definition = new ConfigDef();
        addTo(definition);
        return definition;
    }

    /** Adds these options to a definition that has none of them. */
    public ConfigDef addTo(ConfigDef definition) {
        int order = 0;
        for (Option<?> option : options.values()) {
            option.define(definition, order++);
        }
        return definition;
    }

    /**
     * Reads a plugin's options at its start: rules and cross-checks.
     *
     * @throws ConfigException if an option is invalid, or does not fit the others
     */
    public AbstractConfig read(Map<String, ?> settings) {
        return read(settings, values -> new AbstractConfig(definition(), values, false));
    }

    /**
     * As {@link #read(Map)}, with a configuration class of the plugin's.
     *
     * @param constructor makes the configuration, with {@link #definition()}
     */
    public <C extends AbstractConfig> C read(Map<String, ?> settings, Function<Map<String, ?>, C> constructor) {
        C config = constructor.apply(settings);
        checkAgainstEachOther(config);
        return config;
    }

    /**
     * Runs the cross-checks of these options.
     *
     * @throws ConfigException the first check's that fails
     */
    public void checkAgainstEachOther(AbstractConfig config) {
        Map<String, Object> values = new LinkedHashMap<>(config.values());
        options.values().forEach(option -> option.checkAgainst(values));
    }

    @Override
    public String toString() {
        return String.join(", ", options.keySet());
    }
}
