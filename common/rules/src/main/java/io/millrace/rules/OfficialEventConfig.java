package io.millrace.rules;

import io.millrace.changes.Operation;
import io.millrace.lookups.Lookups;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** The settings of rules. Made without the source's database: only posted options are checked against it. */
public final class OfficialEventConfig extends AbstractConfig {
    private final Lookups lookups;
    private final List<Rule> rules;

    /**
     * With the options of one transform or connector, under their own names.
     *
     * @throws ConfigException naming the option, its value and the reason
     */
    public OfficialEventConfig(Map<String, ?> options) {
        super(OfficialEventOptions.DEFINITION, options, false);
        RuleOptions.requireKnownNumbers(options);
        this.lookups = Lookups.of(options);
        this.rules = RuleOptions.readRules(values(), lookups.tables());
    }

    /**
     * The settings of a transform, which makes one event of a change.
     *
     * @throws ConfigException naming the option, its value and the reason
     */
    public static OfficialEventConfig ofTransform(Map<String, ?> options) {
        OfficialEventConfig config = new OfficialEventConfig(options);
        RuleOptions.refuseAlso(config.values());
        return config;
    }

    /** The tables that the rules look up. They have no rows before they are opened. */
    public Lookups lookups() {
        return lookups;
    }

    List<Rule> rules() {
        return rules;
    }

    /** The tables that rules name, each as {@code database.table} or as a pattern, in the order of the rules. */
    public List<String> tables() {
        return rules.stream().map(rule -> rule.table().toString()).distinct().toList();
    }

    /** Whether the rules name a pattern of tables. */
    public boolean havePatterns() {
        return rules.stream().anyMatch(rule -> rule.table().only().isEmpty());
    }

    /**
     * The tables of one that rules name.
     *
     * @param table one of {@link #tables}
     * @param existing the tables that exist, each as {@code database.table}
     * @return the table itself, also if it does not exist; for a pattern, the tables that it matches
     */
    public static List<String> expandTable(String table, Collection<String> existing) {
        TablePattern pattern = TablePattern.parse(table);
        return pattern.only().isPresent()
                ? List.of(table)
                : existing.stream()
                        .filter(name -> pattern.match(Table.parse(name)).isPresent())
                        .toList();
    }

    /** The tables of rules that match changes with this operation, each as {@code database.table}. */
    public List<String> findTablesWith(Operation operation) {
        return rules.stream()
                .filter(rule -> rule.operations().contains(operation))
                .map(rule -> rule.table().toString())
                .distinct()
                .toList();
    }

    /**
     * The options of rules whose events have no key, so that the events of a row have no order between partitions. A rule
     * with {@code key: none} is not among them.
     */
    public List<String> findRulesWithoutKey() {
        return RuleOptions.findRulesWithoutKey(values());
    }

    /** The options of rules that read Debezium's transaction block. */
    public List<String> findRulesWithTransaction() {
        return RuleOptions.findRulesWithTransaction(values());
    }

    /**
     * The topics of rules with {@code partition.by} and their number of partitions as {@code topic.partitions} states it.
     *
     * @param existing the cluster's topics, among which are those of rules with a computed topic
     */
    public Map<String, Integer> findPartitionCounts(Collection<String> existing) {
        TopicOptions options = TopicOptions.of(values());
        Map<String, Integer> counts = new TreeMap<>();
        rules.stream().filter(rule -> rule.routing().partition().isPresent()).forEach(rule -> {
            EventTopic topic = rule.routing().topic();
            Stream<String> names = topic instanceof EventTopic.Computed computed
                    ? existing.stream()
                            .filter(name -> computed.allowed().matcher(name).matches())
                    : Stream.of(topic.toString());
            names.forEach(name -> options.partitions().find(name).ifPresent(count -> counts.put(name, count)));
        });
        return counts;
    }

    Optional<String> source() {
        return OfficialEventOptions.SOURCE.find(this).filter(source -> !source.isEmpty());
    }

    /** The tables whose changes pass on unchanged, each as {@code database.table}. */
    public List<String> findUnmappedTables() {
        return OfficialEventOptions.UNMAPPED_TABLES.get(this).stream()
                .map(Table::toString)
                .toList();
    }

    Set<Table> unmappedTables() {
        return Set.copyOf(OfficialEventOptions.UNMAPPED_TABLES.get(this));
    }

    SharedKeys sharedKeys() {
        return OfficialEventOptions.SHARED_KEYS.get(this);
    }

    XaPolicy xa() {
        return OfficialEventOptions.XA.get(this);
    }

    UnmatchedPolicy onUnmatched() {
        return OfficialEventOptions.ON_UNMATCHED.get(this);
    }

    UnmatchedPolicy onOther() {
        return OfficialEventOptions.ON_OTHER.get(this);
    }
}
