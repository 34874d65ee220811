package io.millrace.transforms;

import io.millrace.events.MillraceVersion;
import io.millrace.transforms.official.OfficialEventConfig;
import io.millrace.transforms.official.OfficialEventMapper;
import io.millrace.transforms.official.OfficialEventOptions;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * Turns a change event of Debezium's MySQL connector into the event that the service promises.
 *
 * <p>Rules are tried in the order of their numbers; the first whose table, operation and condition match decides. The
 * event goes to the rule's topic with the rule's key and fields, and carries CloudEvents attributes as headers in binary
 * content mode: {@code ce_id}, {@code ce_source}, {@code ce_type}, {@code ce_subject}, {@code ce_time},
 * {@code ce_specversion}, and {@code ce_revision} where the rule has one. Headers that are there already stay, but for
 * Debezium's own. {@code ce_id} is a function of the change's place in the source: a replay gives the same.
 *
 * <pre>{@code
 * "transforms": "event",
 * "transforms.event.type": "io.millrace.transforms.ToOfficialEvent",
 * "transforms.event.table.1": "shop.orders; key: order_id = row.id; fields: order_id = row.id, total, currency; revision: row.version",
 * "transforms.event.rule.1": "OrderPaid; table: shop.orders; on: update; when: changed('status') && after.status == 'PAID'"
 * }</pre>
 *
 * <table>
 * <caption>What becomes of what</caption>
 * <tr><td>create, update, delete, snapshot read, truncate</td><td>the event of the first rule that matches; otherwise as
 * {@code on.unmatched} says</td></tr>
 * <tr><td>update of a primary key</td><td>Debezium's delete of the old key and create of the new one, with two ids; a
 * condition tells them from others by the headers {@code __debezium.newkey} and {@code __debezium.oldkey}</td></tr>
 * <tr><td>record without a value</td><td>dropped: it is the tombstone of a private table's key</td></tr>
 * <tr><td>anything else</td><td>as {@code on.other} says</td></tr>
 * </table>
 *
 * <p>A change that a rule means but cannot map is refused with a {@code DataException} that names the table, the place in
 * the binlog, the rule and the reason, and never a value. Works on Structs and on schemaless maps; input is never mutated
 * and nothing is buffered. Not safe for several threads, as Connect asks of no transform.
 *
 * @param <R> the type of record; events can be made of source records only
 */
public final class ToOfficialEvent<R extends ConnectRecord<R>> implements Transformation<R>, Versioned {
    private static final ConfigDef VALIDATED = AnsweringConfigDef.of(OfficialEventOptions.DEFINITION);

    private @Nullable OfficialEventMapper events;

    @Override
    public void configure(Map<String, ?> options) {
        events = new OfficialEventMapper(new OfficialEventConfig(options));
    }

    @Override
    public @Nullable R apply(R record) {
        if (events == null) {
            throw new ConnectException("ToOfficialEvent was given a record before its configuration");
        }
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
    public void close() {}
}
