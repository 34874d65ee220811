package io.millrace.transforms;

import io.millrace.events.MillraceVersion;
import io.millrace.lookups.Lookups;
import io.millrace.rules.OfficialEventConfig;
import io.millrace.rules.OfficialEventMapper;
import io.millrace.rules.OfficialEventOptions;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * Maps a change event of Debezium's MySQL connector to the event that the service promises.
 *
 * <p>Rules are tried in the order of their numbers; the first rule whose table, operation and condition match applies.
 * The event is sent to the rule's topic with the rule's key and fields, and has CloudEvents attributes as headers in
 * binary content mode: {@code ce_id}, {@code ce_source}, {@code ce_type}, {@code ce_subject}, {@code ce_time},
 * {@code ce_specversion}, and {@code ce_revision} if the rule has one. Existing headers are kept, except Debezium's
 * own. {@code ce_id} depends only on the change's place in the source: a replay repeats it. A rule with the clause
 * {@code also}, which makes a further event of a change, is refused: a transform returns one record.
 *
 * <pre>{@code
 * "transforms": "event",
 * "transforms.event.type": "io.millrace.transforms.ToOfficialEvent",
 * "transforms.event.table.1": "shop.orders; key: order_id = row.id; fields: order_id = row.id, total, currency; revision: row.version",
 * "transforms.event.rule.1": "OrderPaid; table: shop.orders; on: update; when: changed('status') && after.status == 'PAID'"
 * }</pre>
 *
 * <table>
 * <caption>Results</caption>
 * <tr><td>create, update, delete, snapshot read, truncate</td><td>the event of the first rule that matches; otherwise
 * as {@code on.unmatched} sets</td></tr>
 * <tr><td>update of a primary key</td><td>Debezium's delete of the old key and create of the new one, with two ids; a
 * condition can identify them by the headers {@code __debezium.newkey} and {@code __debezium.oldkey}</td></tr>
 * <tr><td>record without a value</td><td>dropped: it is the tombstone of a private table's key</td></tr>
 * <tr><td>anything else</td><td>as {@code on.other} sets</td></tr>
 * </table>
 *
 * <p>A change that a rule matches but cannot map is refused with a {@code DataException} that names the table, the
 * place in the binlog, the rule and the reason, and never a value. Works on Structs and on schemaless maps; the input
 * is never changed, and no record is buffered. For one thread, as Connect uses transforms.
 *
 * @param <R> the type of record; events can be made of source records only
 */
public final class ToOfficialEvent<R extends ConnectRecord<R>> implements Transformation<R>, Versioned {
    private static final ConfigDef VALIDATED = AnsweringConfigDef.of(OfficialEventOptions.OF_TRANSFORM);

    private @Nullable OfficialEventMapper events;
    private @Nullable Lookups lookups;

    @Override
    public void configure(Map<String, ?> options) {
        OfficialEventConfig config = OfficialEventConfig.ofTransform(options);
        events = new OfficialEventMapper(config);
        lookups = config.lookups();
    }

    @Override
    public @Nullable R apply(R record) {
        if (events == null || lookups == null) {
            throw new ConnectException("ToOfficialEvent was given a record before its configuration");
        }
        // Not before: Connect does not close a transform if a later one is not valid.
        lookups.openOnce();
        return events.mapRecord(record);
    }

    @Override
    public ConfigDef config() {
        return VALIDATED;
    }

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void close() {
        if (lookups != null) {
            lookups.close();
        }
    }
}
