package io.millrace.rules;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.expressions.InvalidExpressionException;
import io.millrace.lookups.LookupOptions;
import java.util.List;
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
            .medium("The ce_source of every event, a URI reference. Default: a slash and the connector's"
                    + " topic.prefix.");
    static final Option<UnmatchedPolicy> ON_UNMATCHED = Option.choice("on.unmatched", UnmatchedPolicy.class)
            .defaultTo("drop")
            .medium("The treatment of a change event that no rule matches: drop it, so that no private column is "
                    + "published; pass it on unchanged; or fail.");
    static final Option<UnmatchedPolicy> ON_OTHER = Option.choice("on.other", UnmatchedPolicy.class)
            .defaultTo("pass")
            .low("The treatment of a Debezium message that is not a change event, such as a transaction boundary or a "
                    + "schema change: pass it on unchanged, drop it, or fail. Heartbeats always pass, because they "
                    + "advance the source offset. A record without a value, such as the tombstone after a delete, "
                    + "is always dropped. Any other record may contain a row, and is refused unless the option is "
                    + "drop.");
    static final Option<List<Table>> UNMAPPED_TABLES = Option.list("unmapped.tables")
            .as("tables as database.table", OfficialEventOptions::parseTables)
            .defaultTo("")
            .medium("The tables whose change events pass on unchanged and to which no rule applies, such as an "
                    + "outbox, whose rows Debezium's EventRouter routes in a later transform.");
    static final Option<XaPolicy> XA = Option.choice("xa", XaPolicy.class)
            .defaultTo("refuse")
            .medium("The treatment of a change of an XA transaction. Debezium reads its rows when it is prepared, and "
                    + "it may still be rolled back. refuse: the task fails. at_prepare: the events are sent at "
                    + "once, and no event reverts them if the transaction is rolled back.");
    static final Option<GtidPolicy> GTIDS = Option.choice("gtids", GtidPolicy.class)
            .defaultTo("required")
            .crossChecked(GtidPolicy::checkServer)
            .medium("Whether the source's server must have GTIDs: required or optional. Without GTIDs, Debezium "
                    + "applies schema changes that are later than the task's offset when a task restarts, and "
                    + "decodes older rows with them. If the database's address is set, this and the server's other "
                    + "settings are checked when the configuration is posted.");

    /** The connector's own option, which has to be repeated because a transform cannot see it. */
    public static final String MESSAGE_KEY_COLUMNS = "message.key.columns";

    static final Option<SharedKeys> SHARED_KEYS = Option.string(MESSAGE_KEY_COLUMNS)
            .defaultTo("")
            .as("table:column,column;table:column", SharedKeys::parse)
            .low("The connector's option of the same name, which a transform cannot see. A row of such a table that a "
                    + "snapshot reads is identified by all its columns, because several rows may have one key.");

    private static final OptionSet POLICIES = OptionSet.of(SOURCE, ON_UNMATCHED, ON_OTHER, UNMAPPED_TABLES, XA, GTIDS)
            .and(TopicOptions.OPTIONS)
            .and(LookupOptions.ALL);

    /** The check of the source's server. */
    public static final OptionSet SERVER = OptionSet.of(GTIDS);

    /** The options of the source's database, against whose tables posted rules are checked. */
    public static final OptionSet DATABASE = SourceDatabase.OPTIONS;

    /** The same for a source in PostgreSQL. */
    public static final OptionSet POSTGRES_DATABASE = SourceDatabase.POSTGRES_OPTIONS;

    /** The rules and what concerns them, without the source's database. */
    public static final OptionSet RULES = POLICIES.and(RuleOptions.OPTIONS);

    private static final OptionSet SETTINGS = POLICIES.and(SHARED_KEYS).and(DATABASE);

    /** Every option, as {@code EventSourceConnector} validates it. */
    public static final ConfigDef DEFINITION = SETTINGS.and(RuleOptions.OPTIONS).definition();

    /** Every option, as Connect validates it for the transform, and the reference prints it. */
    public static final ConfigDef OF_TRANSFORM =
            SETTINGS.and(RuleOptions.OF_TRANSFORM).definition();

    /** Every option for a source in PostgreSQL, as {@link #DEFINITION}. */
    public static final ConfigDef POSTGRES_DEFINITION = POLICIES.and(SHARED_KEYS)
            .and(POSTGRES_DATABASE)
            .and(RuleOptions.OPTIONS)
            .definition();

    private OfficialEventOptions() {}

    private static List<Table> parseTables(List<String> names) {
        try {
            return names.stream().map(Table::parse).toList();
        } catch (InvalidExpressionException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
