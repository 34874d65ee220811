package io.millrace.transforms.official;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The options of {@code ToOfficialEvent}.
 *
 * <p>A rule is the value of one option rather than of several: Connect validates a transform option by option and gives it
 * only its own options, so a wrong rule is refused by the request that posts it.
 */
public final class OfficialEventOptions {
    static final Option<String> SOURCE = Option.string("source")
            .defaultTo("")
            .medium(
                    "The ce_source of every event, a URI reference. Default: a slash and the connector's topic.prefix.");
    static final Option<UnmatchedPolicy> ON_UNMATCHED = Option.choice("on.unmatched", UnmatchedPolicy.class)
            .defaultTo("drop")
            .medium(
                    "What becomes of a change event that no rule matches: drop it, so that no internal column leaks; pass it"
                            + " on unchanged; or fail.");
    static final Option<UnmatchedPolicy> ON_OTHER = Option.choice("on.other", UnmatchedPolicy.class)
            .defaultTo("pass")
            .low(
                    "What becomes of a record that is no change event, such as a heartbeat: pass it on unchanged, drop it, or"
                            + " fail. A record without a value, as the tombstone behind a delete, is always dropped.");

    /** Every option, as Connect validates it and the reference prints it. */
    public static final ConfigDef DEFINITION = OptionSet.of(SOURCE, ON_UNMATCHED, ON_OTHER)
            .and(SourceDatabase.OPTIONS)
            .and(RuleOptions.OPTIONS)
            .definition();

    private OfficialEventOptions() {}
}
