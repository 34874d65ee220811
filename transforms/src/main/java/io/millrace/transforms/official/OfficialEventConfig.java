package io.millrace.transforms.official;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** The settings of {@code ToOfficialEvent}. Made without the source's database: only posted options are checked against it. */
public final class OfficialEventConfig extends AbstractConfig {
    private final List<Rule> rules;

    /**
     * With the options of one transform.
     *
     * @throws ConfigException naming the option, its value and the reason
     */
    public OfficialEventConfig(Map<String, ?> options) {
        super(OfficialEventOptions.DEFINITION, options, false);
        this.rules = RuleOptions.readRules(values());
    }

    List<Rule> rules() {
        return rules;
    }

    /** The tables that rules name, each as {@code database.table}, in the order of the rules. */
    public List<String> tables() {
        return rules.stream().map(rule -> rule.table().toString()).distinct().toList();
    }

    Optional<String> source() {
        return OfficialEventOptions.SOURCE.find(this).filter(source -> !source.isEmpty());
    }

    UnmatchedPolicy onUnmatched() {
        return OfficialEventOptions.ON_UNMATCHED.get(this);
    }

    UnmatchedPolicy onOther() {
        return OfficialEventOptions.ON_OTHER.get(this);
    }
}
