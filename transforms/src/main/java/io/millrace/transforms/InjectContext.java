package io.millrace.transforms;

import io.millrace.context.ContextInjection;
import io.millrace.context.ContextOptions;
import io.millrace.events.MillraceVersion;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * Copies the context of the request that made a change ({@code requestId}, {@code userId}, {@code traceparent} and
 * other configured keys) into headers of the change's record, as strings.
 *
 * <p>The context comes, in a configured order, from existing headers, from the SQL comment that the service attached to
 * its statement in sqlcommenter's format, from columns of the row, from fixed values, or is generated from the change's
 * transaction:
 *
 * <pre>{@code
 * UPDATE orders SET status = 'PAID' WHERE id = 7 /*requestId='5f1c',userId='u%2F42'*}{@code /
 * }</pre>
 *
 * <p>The server must write statements into the binlog ({@code binlog_rows_query_log_events=ON}), and Debezium must
 * include them ({@code include.query}):
 *
 * <pre>{@code
 * "include.query": "true",
 * "transforms": "context",
 * "transforms.context.type": "io.millrace.transforms.InjectContext",
 * "transforms.context.keys": "requestId,userId,traceparent,tenant",
 * "transforms.context.sources": "comment,column,fixed,generated",
 * "transforms.context.comment.names": "requestId=request_id",
 * "transforms.context.column.names": "userId=updated_by",
 * "transforms.context.fixed": "tenant=shop",
 * "transforms.context.generate": "requestId,traceparent"
 * }</pre>
 *
 * <h2>Effect on a record</h2>
 *
 * <ul>
 * <li>A change of a row, that is, a value with {@code op} and a {@code source} block, a Struct or a Map: the context is
 * added, and {@code source.query} is removed.
 * <li>Another value with a {@code source} block, such as a schema change: {@code source.query} is removed.
 * <li>Any other record (a tombstone, a heartbeat, a row without its envelope) is returned unchanged.
 * </ul>
 *
 * The text in {@code source.query} may contain values that the connector masks, so no record keeps it: the field is
 * also removed from the schema, even if it is null. The input is not changed; the copy shares {@code before} and
 * {@code after} with it. One input schema gives one output schema. A source record becomes a {@link RedactedRecord},
 * which is copied when its value is read.
 *
 * <p>If a source has a value for a header, the value replaces all headers of that name. Otherwise the header is not
 * changed.
 *
 * <h2>Comments</h2>
 *
 * The statement is parsed as MySQL parses it. Context is read from block comments before the first token, and from
 * those after the last token that are followed only by white space, {@code ;} and block comments. It is never read from
 * literals, quoted identifiers, line comments, {@code /*!} code, hints, or comments between tokens. If both ends
 * contain a key, the leading comment has precedence: no part of the statement can precede it. A value of the row can
 * neither add context nor hide it if {@code sql.mode} is the quoting mode of the service's sessions. If the mode is
 * wrong, or the connection's character set has backslashes within characters (gbk, big5, sjis, cp932, gb18030), a
 * trailing comment may be missed; a leading one is always found.
 *
 * <p>Even in a wrong mode no text of a literal is read as context, unless the service itself writes line comments or
 * {@code /*!} into its statements; then set the mode, or put the context in front.
 *
 * <p>A comment that is not completely in sqlcommenter's format is ignored. A duplicate key, or a key whose value is not
 * percent-encoded UTF-8, has no value. A {@code +} is a plus sign. Comments of more than 65,536 characters are not
 * read.
 *
 * <p>A source of PostgreSQL has no statements. The source {@code message} reads the logical messages that a service wrote in its
 * transaction with {@code pg_logical_emit_message(true, message.prefix, pairs)}: the last one before a change applies to it.
 *
 * <h2>Values</h2>
 *
 * An empty value is ignored. So is a value that is longer than {@code max.length}, or contains a control character or a
 * line separator; the next source is tried, and a warning is logged, one for 10,000 values of a key, without the value.
 *
 * <p>The keys {@code traceparent}, {@code tracestate} and {@code baggage} follow the W3C's specifications: a value of
 * another form is ignored too, and the limits of the specification replace {@code max.length}: 32 members for
 * {@code tracestate}, 64 members and 8,192 bytes for {@code baggage}. If {@code traceparent} is a key too,
 * {@code tracestate} comes only from the source of the trace parent, and an existing header {@code tracestate} is
 * removed if the trace parent comes from another source.
 *
 * <p>Columns are read from {@code after}, and for a deleted row from {@code before}.
 *
 * <p>Generated values depend only on the key and on the transaction: on {@code source.gtid}, or without one on the
 * server's id and the binlog position at which the transaction began, which is that of the source offset. All rows of a
 * statement thus have one value, and a replay repeats it. All rows of a snapshot have one value. In a sink connector
 * the position is that of the {@code source} block, or the record's place in its topic.
 *
 * <h2>Cost</h2>
 *
 * The rows of a statement share its text as one object, which is parsed once for all of them. The copy adds more than
 * half of the cost; a following {@link ToOfficialEvent} does not need it, unless a rule names {@code source}.
 *
 * <p>Used by one thread, as Connect does. Throws {@code DataException} if a configured column cannot be converted to
 * text.
 *
 * @param <R> the record's type
 */
public final class InjectContext<R extends ConnectRecord<R>> implements Transformation<R> {
    private static final ConfigDef VALIDATED = AnsweringConfigDef.of(ContextOptions.OPTIONS.definition());

    private @Nullable ContextInjection injection;

    @Override
    public void configure(Map<String, ?> options) {
        injection = new ContextInjection(options);
    }

    @Override
    public R apply(R record) {
        if (injection == null) {
            throw new ConnectException("InjectContext was given a record before its configuration");
        }
        return injection.inject(record);
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
        injection = null;
    }
}
