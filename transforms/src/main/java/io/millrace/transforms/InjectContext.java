package io.millrace.transforms;

import io.millrace.events.MillraceVersion;
import io.millrace.transforms.context.ContextInjection;
import io.millrace.transforms.context.ContextOptions;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * Puts the context of the request that made a change ({@code requestId}, {@code userId}, {@code traceparent} and
 * whatever else is allow-listed) into headers of the change's record, as strings.
 *
 * <p>The context comes, in a configured order, from headers that are there already, from the SQL comment that the
 * service attached to its statement in sqlcommenter's format, from columns of the row, from fixed values, or is made of
 * the change's transaction:
 *
 * <pre>{@code
 * UPDATE orders SET status = 'PAID' WHERE id = 7 /*requestId='5f1c',userId='u%2F42'*}{@code /
 * }</pre>
 *
 * <p>The server must write statements into the binlog ({@code binlog_rows_query_log_events=ON}), and Debezium hand them
 * on ({@code include.query}):
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
 * <h2>What becomes of a record</h2>
 *
 * <ul>
 *   <li>A change of a row, that is, a value with {@code op} and a {@code source} block, a Struct or a Map: it gets the
 *       context, and loses {@code source.query}.
 *   <li>Another value with a {@code source} block, such as a change of the schema: it loses {@code source.query}.
 *   <li>Everything else (a tombstone, a heartbeat, a row without its envelope) is returned as it is.
 * </ul>
 *
 * The text in {@code source.query} may hold what the connector masks, so no record keeps it: the field leaves the schema
 * too, also where it is null. Only a copy changes, with {@code before} and {@code after} shared; one input schema gives
 * one output schema. A source record is an {@link RedactedRecord} then, whose copy is made when its value is asked for.
 *
 * <p>A header that gets a value is replaced, all of that name. A header for which no source has a value stays.
 *
 * <h2>Which comments count</h2>
 *
 * The statement is read as MySQL reads it. Context is in block comments in front of the first token, or behind the last
 * one with nothing but white space, {@code ;} and block comments behind it; never in literals, quoted identifiers, line
 * comments, {@code /*!} code, hints, or comments between tokens. Where both ends name a key, the front wins: nothing
 * that stands in the statement can come before it. What a value of the row holds can neither add context nor hide it,
 * provided that {@code sql.mode} says how the service's sessions quote; where it is wrong, or the connection's character
 * set has backslashes within characters (gbk, big5, sjis, cp932, gb18030), a trailing comment may go unseen, and a
 * leading one is always found.
 *
 * <p>Even in a wrong mode nothing is taken out of a literal, unless the service itself writes line comments or {@code /*!}
 * into its statements; then set the mode, or put the context in front.
 *
 * <p>A comment that is not wholly in sqlcommenter's format says nothing. A key that a comment names twice, or whose value
 * is not percent-encoded UTF-8, has no value there. A {@code +} is a plus sign. Comments of more than 65,536 characters
 * are not read.
 *
 * <h2>Which values count</h2>
 *
 * An empty value is none. One longer than {@code max.length}, or with a control character or a line separator, is not
 * taken; the next source is asked, and a warning logged, one for 10,000 of a key, without the value.
 *
 * <p>The keys {@code traceparent}, {@code tracestate} and {@code baggage} are what the W3C calls so: a value that is not
 * of the specification's form is not taken either, and instead of {@code max.length} the specification's bounds hold: 32
 * members for {@code tracestate}, 64 members and 8,192 bytes for {@code baggage}. Where {@code traceparent} is a key too,
 * {@code tracestate} comes from the source that the trace parent came from or from none, and one that the record came
 * with does not outlive a parent from elsewhere.
 *
 * <p>Of a row, columns are read from {@code after}, and of a deleted one from {@code before}.
 *
 * <p>Generated values are a function of the key and of the transaction: of {@code source.gtid}, or without one of the
 * server's id and the binlog position at which the transaction began, which is that of the source offset. So all rows of
 * a statement have one value, and a replay gives it again. All rows of a snapshot have one value. In a sink connector the
 * position is the {@code source} block's, or the record's place in its topic.
 *
 * <h2>Cost</h2>
 *
 * The rows of a statement share its text as one object, which is read once for all of them. The copy costs more than
 * half as much again; {@link ToOfficialEvent} next in the chain does not ask for it, unless a rule names {@code source}.
 *
 * <p>Used by one thread, as Connect does. Throws {@code DataException} where a configured column cannot become text.
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
