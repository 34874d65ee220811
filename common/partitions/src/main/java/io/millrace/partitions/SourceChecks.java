package io.millrace.partitions;

import io.millrace.config.ProcessingGuarantee;
import io.millrace.config.TransformList;
import io.millrace.config.UnresolvedVariables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.source.ExactlyOnceSupport;

/**
 * The check of a posted configuration of a source over topics. Each problem becomes an error of a declared option, because Connect
 * counts only those: of the option itself, or of one that it belongs to, with its name in the message.
 */
public final class SourceChecks {
    /** The value of {@code transaction.boundary} of a connector that ends its transactions itself. */
    public static final String OWN_BOUNDARY = "connector";

    private static final String TOLERANCE = "errors.tolerance";
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final List<String> CONVERTERS = List.of("key.converter", "value.converter", "header.converter");

    private final Map<String, String> candidate;
    private final String boundary;
    private final Map<String, ConfigValue> values = new LinkedHashMap<>();

    /**
     * A check, which begins with the rules of each option.
     *
     * @param boundary the value of {@code transaction.boundary} that the connector needs
     */
    public SourceChecks(ConfigDef definition, Map<String, String> candidate, String boundary) {
        this.candidate = new HashMap<>(candidate);
        this.candidate.values().removeIf(Objects::isNull);
        this.boundary = boundary;
        definition.validate(candidate).forEach(value -> values.put(value.name(), value));
    }

    /** Adds the refusals that all sources over topics have. */
    public void checkSource() {
        UnresolvedVariables.find(candidate)
                .forEach((option, objection) -> refuse(option, BrokerOptions.BOOTSTRAP_SERVERS.name(), objection));
        BrokerOptions.findObjections(candidate)
                .forEach(objection -> add(BrokerOptions.BOOTSTRAP_SERVERS.name(), objection));
        checkTransactions();
        String tolerance = candidate.getOrDefault(TOLERANCE, "none");
        if (!tolerance.equalsIgnoreCase("none")) {
            add(
                    ProcessingGuarantee.OPTION,
                    TOLERANCE + ": expected none, because Connect would drop a record that a transform refuses, and"
                            + " sources have no dead letter queue; found " + tolerance);
        }
    }

    /**
     * Adds the refusals of a source whose records belong together and are bytes: converters that change them, and transforms, which
     * could drop one of them or change a key.
     */
    public void checkUnchangedRecords() {
        for (String option : CONVERTERS) {
            String found = candidate.get(option);
            if (!BYTES.equals(found)) {
                add(
                        ProcessingGuarantee.OPTION,
                        option + ": expected " + BYTES + ", so that keys and values are written as they are; found "
                                + (found == null ? "no value" : found));
            }
        }
        for (String option : List.of(TransformList.OPTION, "predicates")) {
            String found = candidate.getOrDefault(option, "");
            if (!found.isBlank()) {
                add(
                        ProcessingGuarantee.OPTION,
                        option + ": expected none, because records that belong together would be changed or dropped"
                                + " one by one; found " + found);
            }
        }
    }

    private void checkTransactions() {
        String found = ProcessingGuarantee.boundaryOf(candidate);
        if (!found.equalsIgnoreCase(boundary)) {
            add(
                    ProcessingGuarantee.OPTION,
                    ProcessingGuarantee.BOUNDARY + ": expected " + boundary + ", found " + found);
            return;
        }
        ConfigValue guarantee = values.get(ProcessingGuarantee.OPTION);
        if (guarantee != null && guarantee.errorMessages().isEmpty()) {
            ProcessingGuarantee.option()
                    .find(Map.of(ProcessingGuarantee.OPTION, String.valueOf(guarantee.value())))
                    .flatMap(chosen -> chosen.findObjection(candidate, boundary))
                    .ifPresent(objection -> add(ProcessingGuarantee.OPTION, objection));
        }
    }

    /**
     * Refuses options that are not defined, among those whose names begin like the connector's own.
     *
     * @param isPassedOn whether an option that is not declared belongs to a part that defines its own
     * @param anchor the declared option whose errors they become
     */
    public void refuseUnknown(List<String> prefixes, Predicate<String> isPassedOn, String anchor) {
        candidate.keySet().stream()
                .filter(option -> prefixes.stream().anyMatch(option::startsWith))
                .filter(option -> !values.containsKey(option) && !isPassedOn.test(option))
                .sorted()
                .forEach(option -> add(anchor, option + ": unknown option"));
    }

    /** Adds an error of an option, or of another one if it is not declared. */
    public void refuse(String option, String anchor, String objection) {
        if (values.containsKey(option)) {
            add(option, objection);
        } else {
            add(anchor, option + ": " + objection);
        }
    }

    /** Adds an error of a declared option. */
    public void add(String option, String objection) {
        ConfigValue value = values.get(option);
        if (value == null) {
            throw new IllegalArgumentException("The option " + option + " is not declared");
        }
        value.addErrorMessage(objection);
    }

    /** Whether nothing has been refused. */
    public boolean isValid() {
        return values.values().stream().allMatch(value -> value.errorMessages().isEmpty());
    }

    /** Every declared option with its errors. */
    public List<ConfigValue> values() {
        return new ArrayList<>(values.values());
    }

    /** Whether the connector's records and positions are exactly once with these options, on workers that support it. */
    public static ExactlyOnceSupport support(Map<String, String> properties, String boundary) {
        return boundary.equalsIgnoreCase(ProcessingGuarantee.boundaryOf(properties))
                ? ExactlyOnceSupport.SUPPORTED
                : ExactlyOnceSupport.UNSUPPORTED;
    }
}
