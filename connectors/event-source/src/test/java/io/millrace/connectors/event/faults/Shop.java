package io.millrace.connectors.event.faults;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

/** The tables. For one thread at a time. */
final class Shop {
    /** A table that the source does not capture: which transactions have been committed. */
    static final String MARKS = ShopTable.DATABASE + ".marks";

    /** The statement that creates it. */
    static final String MARKS_DEFINITION = "CREATE TABLE " + MARKS + " (id BIGINT PRIMARY KEY)";

    private final Orders orders = new Orders();
    private final Things things;
    private final Parts parts;
    private final Sites sites = new Sites();
    private final Bins bins = new Bins();
    private final Fences fences = new Fences();
    private final List<ShopTable> tables;

    /** The tables, which are empty, on a server with these statements. */
    Shop(ShopSql sql) {
        things = new Things(sql.typedColumns());
        parts = new Parts(sql);
        tables = List.of(orders, new Items(), things, parts, sites, bins, fences);
    }

    List<ShopTable> tables() {
        return tables;
    }

    Orders orders() {
        return orders;
    }

    Parts parts() {
        return parts;
    }

    Sites sites() {
        return sites;
    }

    Bins bins() {
        return bins;
    }

    Fences fences() {
        return fences;
    }

    /** The tables that have rules for rows that a snapshot finds. */
    List<String> snapshotTables() {
        return List.of(orders.name(), things.name());
    }

    /** The events of the rows that a snapshot would find now. */
    List<ShopEvent> findableRows() {
        List<ShopEvent> found = new ArrayList<>();
        for (ShopTable table : List.of(orders, things)) {
            table.rows().values().forEach(row -> table.read(row).ifPresent(found::add));
        }
        return found;
    }

    /** The states in which these rows are. */
    Set<String> states() {
        Set<String> states = new HashSet<>();
        findableRows().forEach(found -> states.add(found.state()));
        return states;
    }

    int countRows() {
        return tables.stream().mapToInt(table -> table.rows().size()).sum();
    }

    /** A table of these, by their weights. */
    ShopTable pickTable(Random random, Predicate<ShopTable> among) {
        List<ShopTable> candidates = tables.stream().filter(among).toList();
        int number =
                random.nextInt(candidates.stream().mapToInt(ShopTable::weight).sum());
        for (ShopTable table : candidates) {
            number -= table.weight();
            if (number < 0) {
                return table;
            }
        }
        throw new IllegalStateException("There is no table to pick");
    }

    /** The rows as they are. */
    Map<ShopTable, Object> save() {
        Map<ShopTable, Object> saved = new LinkedHashMap<>();
        tables.forEach(table -> saved.put(table, table.save()));
        return saved;
    }

    /** Makes the rows what they were. */
    void restore(Map<ShopTable, Object> saved) {
        saved.forEach(ShopTable::restore);
    }
}
