package io.millrace.connectors.projection.database.postgresql;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.table.Accumulation;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.View;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statements in PostgreSQL's SQL. A statement has one parameter for each column, an array of the column's values,
 * so its text does not depend on the number of rows and is parsed and planned once.
 */
final class PostgresSql {
    private static final Dialect DIALECT = new PostgresDialect();

    private PostgresSql() {}

    /**
     * Writes rows of a source: {@link #arrays}, with their parameters, or {@link #staged}, with the copy's number.
     */
    static String upsert(View view, ColumnSet set, String source) {
        List<Column> key = view.columns().subList(0, view.keySize());
        List<Column> others = columns(view, set);
        return insert(view, set, source) + " ON CONFLICT (" + names(key) + ") DO "
                + (others.isEmpty()
                        ? "NOTHING"
                        : "UPDATE SET "
                                + others.stream()
                                        .map(column -> DIALECT.quote(column.name()))
                                        .map(name -> name + " = excluded." + name)
                                        .collect(Collectors.joining(", "))
                                + (view.hasRevision()
                                        ? " WHERE " + notNewerThan(view, "excluded." + revision(view))
                                        : ""));
    }

    /** Parameters as for {@link #upsert}. */
    static String append(View view, ColumnSet set, String source) {
        List<Column> key = view.columns().subList(0, view.keySize());
        return insert(view, set, source) + " ON CONFLICT " + (key.isEmpty() ? "" : "(" + names(key) + ") ")
                + "DO NOTHING";
    }

    /** Parameters as for {@link #upsert}. */
    static String insert(View view, ColumnSet set, String source) {
        List<Column> all = written(view, set);
        return "INSERT INTO " + DIALECT.quote(view.name()) + " AS existing (" + names(all) + ") SELECT "
                + IntStream.range(0, all.size())
                        .mapToObj(i -> value("incoming", all.get(i), i))
                        .collect(Collectors.joining(", "))
                + " FROM " + source;
    }

    /** The columns of the key, then those of the set. */
    static List<Column> written(View view, ColumnSet set) {
        List<Column> all = new ArrayList<>(view.columns().subList(0, view.keySize()));
        all.addAll(columns(view, set));
        return all;
    }

    /** Rows that come as arrays; parameters: the columns. */
    static String arrays(List<Column> columns) {
        return rows(columns, "incoming");
    }

    /** Rows that were copied into a stage; parameter: the copy's number. */
    static String staged(String stage) {
        return stage + " AS incoming WHERE incoming.n = ?";
    }

    /**
     * A stage's name, which depends on the types of its columns, so that rows of other types never pass through it.
     */
    static String stage(List<Column> columns) {
        String types = columns.stream().map(Column::storage).collect(Collectors.joining(","));
        return "pg_temp.millrace_stage_"
                + UUID.nameUUIDFromBytes(types.getBytes(StandardCharsets.UTF_8))
                        .toString()
                        .replace("-", "");
    }

    /**
     * Creates a stage, unless it is there.
     *
     * @param dropped whether the end of the transaction drops it, instead of emptying it
     */
    static String createStage(List<Column> columns, boolean dropped) {
        return "CREATE TEMPORARY TABLE IF NOT EXISTS " + stage(columns) + " (n bigint"
                + IntStream.range(0, columns.size())
                        .mapToObj(i -> ", c" + i + " " + columns.get(i).storage())
                        .collect(Collectors.joining())
                + ") ON COMMIT " + (dropped ? "DROP" : "DELETE ROWS");
    }

    /** Parameters as for {@link #upsert}. */
    static String accumulate(Accumulation accumulation, String source) {
        View view = accumulation.view();
        return insert(view, accumulation.columns(), source) + " ON CONFLICT ("
                + names(view.columns().subList(0, view.keySize())) + ") DO UPDATE SET "
                + Arrays.stream(accumulation.columns().indexes())
                        .mapToObj(index -> {
                            String name =
                                    DIALECT.quote(view.columns().get(index).name());
                            return name + " = " + accumulation.combine(index, "existing." + name, "excluded." + name);
                        })
                        .collect(Collectors.joining(", "));
    }

    /** Parameters: the columns of the key. In the key's order, so that two transactions lock in one order. */
    static String lock(View view) {
        return select(view) + " FOR UPDATE";
    }

    /** Parameters: the columns of the key. */
    static String share(View view) {
        return select(view) + " FOR SHARE";
    }

    /** Not TRUNCATE, which waits for every reader of the table. Parameter: the revision if the view has one. */
    static String truncate(View view) {
        String all = "DELETE FROM " + DIALECT.quote(view.name()) + " AS existing";
        if (!view.hasRevision()) {
            return all;
        }
        Column revision = view.columns().get(view.revision());
        String existing = "existing." + revision(view);
        return all + " USING " + rows(List.of(revision), "emptied") + " WHERE " + existing + " IS NULL OR " + existing
                + " < " + value("emptied", revision, 0);
    }

    private static String select(View view) {
        return "SELECT "
                + view.columns().stream().map(PostgresSql::readable).collect(Collectors.joining(", "))
                + " FROM " + DIALECT.quote(view.name()) + " WHERE " + keys(view) + " ORDER BY "
                + names(view.columns().subList(0, view.keySize()));
    }

    /** Parameters: the columns of the key. */
    static String change(View view, String head, String tail) {
        return head + " WHERE " + keys(view) + tail;
    }

    /** Parameters: the columns. */
    static String exist(View view, int[] indexes) {
        List<Column> columns =
                Arrays.stream(indexes).mapToObj(view.columns()::get).toList();
        return "SELECT EXISTS (SELECT FROM " + DIALECT.quote(view.name()) + " AS existing WHERE "
                + same(columns, "asked") + ") FROM "
                + columns.stream()
                        .map(column -> "?::" + parameterType(column) + "[]")
                        .collect(Collectors.joining(", ", "unnest(", ")"))
                + " WITH ORDINALITY AS asked"
                + IntStream.range(0, columns.size())
                        .mapToObj(i -> "c" + i)
                        .collect(Collectors.joining(", ", "(", ", n)"))
                + " ORDER BY asked.n";
    }

    /** Parameter: the texts. A declaration ends with its collation, which so applies to the value. */
    static String numberEqual(Column column) {
        return "SELECT pg_catalog.dense_rank() OVER (ORDER BY asked.c0::" + column.declaration()
                + ") FROM unnest(?::text[]) WITH ORDINALITY AS asked(c0, n) ORDER BY asked.n";
    }

    private static String keys(View view) {
        List<Column> key = view.columns().subList(0, view.keySize());
        return "(" + names(key) + ") IN (SELECT "
                + IntStream.range(0, key.size())
                        .mapToObj(i -> value("wanted", key.get(i), i))
                        .collect(Collectors.joining(", "))
                + " FROM " + rows(key, "wanted") + ")";
    }

    /** In a type that the driver reads as the form that is written. */
    private static String readable(Column column) {
        String name = DIALECT.quote(column.name());
        return switch (column.kind()) {
            case INTEGER, FLOATING, BOOLEAN, DECIMAL, BINARY, PADDED_BINARY, DATE -> name;
            case DATETIME -> name + "::timestamp";
            default -> name + "::text";
        };
    }

    private static List<Column> columns(View view, ColumnSet set) {
        return Arrays.stream(set.indexes()).mapToObj(view.columns()::get).toList();
    }

    /** Parameters: the columns of the key, and the revision if the view has one. */
    static String delete(View view) {
        List<Column> columns = new ArrayList<>(view.columns().subList(0, view.keySize()));
        String condition = same(columns, "gone");
        if (view.hasRevision()) {
            Column revision = view.columns().get(view.revision());
            condition += " AND " + notNewerThan(view, value("gone", revision, columns.size()));
            columns.add(revision);
        }
        return "DELETE FROM " + DIALECT.quote(view.name()) + " AS existing USING " + rows(columns, "gone") + " WHERE "
                + condition;
    }

    private static String notNewerThan(View view, String revision) {
        String existing = "existing." + revision(view);
        return "(" + existing + " IS NULL OR " + existing + " <= " + revision + ")";
    }

    private static String revision(View view) {
        return DIALECT.quote(view.columns().get(view.revision()).name());
    }

    /** Parameters: the columns of the group for the groups, then the columns of the key for the rows that stay. */
    static String vanish(View view) {
        List<Column> group = view.columns().subList(0, view.groupSize());
        List<Column> key = view.columns().subList(0, view.keySize());
        // The server hashes the rows of NOT IN, however few it expects. No part of a key is null.
        return "DELETE FROM " + DIALECT.quote(view.name()) + " AS existing USING " + rows(group, "replaced") + " WHERE "
                + same(group, "replaced") + " AND ("
                + key.stream()
                        .map(column -> "existing." + DIALECT.quote(column.name()))
                        .collect(Collectors.joining(", "))
                + ") NOT IN (SELECT "
                + IntStream.range(0, key.size())
                        .mapToObj(i -> value("staying", key.get(i), i))
                        .collect(Collectors.joining(", "))
                + " FROM " + rows(key, "staying") + ")";
    }

    /** The type of a parameter's elements, of the few that the driver writes in binary or as they are. */
    static String parameterType(Column column) {
        return switch (column.kind()) {
            case INTEGER -> "int8";
            case FLOATING -> "float8";
            case BOOLEAN -> "bool";
            case DECIMAL -> "numeric";
            case BINARY, PADDED_BINARY -> "bytea";
            default -> "text";
        };
    }

    private static String rows(List<Column> columns, String alias) {
        return columns.stream()
                        .map(column -> "?::" + parameterType(column) + "[]")
                        .collect(Collectors.joining(", ", "unnest(", ")"))
                + " AS " + alias
                + IntStream.range(0, columns.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", ", "(", ")"));
    }

    /** To the column's type without its length: what is too long is refused when it is assigned, not cut by a cast. */
    private static String value(String alias, Column column, int index) {
        return alias + ".c" + index + "::" + column.storage();
    }

    private static String same(List<Column> columns, String alias) {
        return IntStream.range(0, columns.size())
                .mapToObj(i ->
                        "existing." + DIALECT.quote(columns.get(i).name()) + " = " + value(alias, columns.get(i), i))
                .collect(Collectors.joining(" AND "));
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(column -> DIALECT.quote(column.name())).collect(Collectors.joining(", "));
    }
}
