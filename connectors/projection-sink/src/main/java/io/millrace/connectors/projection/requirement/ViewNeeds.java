package io.millrace.connectors.projection.requirement;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The requirements of a projection for its view.
 *
 * @param key the lists that make up the row's key, in their order
 * @param groupSize how many columns of the key name the group that an array replaces; 0 if rows have no groups
 * @param columns the lists of the other columns that records fill, that of the values first
 * @param computed columns that the sink computes itself and never creates
 * @param revision the column that orders the states of a row
 * @param mark the column that marks a row as deleted
 * @param acceptsCollation whether columns of the key may compare texts that differ as equal
 */
public record ViewNeeds(
        List<ColumnList> key,
        int groupSize,
        List<ColumnList> columns,
        List<ColumnList> computed,
        Optional<String> revision,
        Optional<String> mark,
        boolean acceptsCollation) {
    public ViewNeeds {
        key = List.copyOf(key);
        columns = List.copyOf(columns);
        computed = List.copyOf(computed);
    }

    /** The columns of the key. */
    public List<String> keyNames() {
        return key.stream().flatMap(list -> list.names().stream()).toList();
    }

    /** The columns of the key that name the group. */
    public List<String> groupNames() {
        return keyNames().subList(0, groupSize);
    }

    /** The columns that records fill, without those of the key. */
    public List<String> columnNames() {
        return columns.stream().flatMap(list -> list.names().stream()).toList();
    }

    /**
     * Adds a problem for each column that is listed twice.
     *
     * @param others further lists whose columns must differ from these
     */
    public void requireDistinct(Consumer<Problem> problems, ColumnList... others) {
        Set<String> seen = new HashSet<>();
        Stream.of(key.stream(), columns.stream(), computed.stream(), Stream.of(others))
                .flatMap(lists -> lists)
                .forEach(list -> list.names().stream()
                        .filter(name -> !seen.add(name.toLowerCase(Locale.ROOT)))
                        .forEach(name ->
                                problems.accept(new Problem(list.option(), "the column " + name + " is a duplicate"))));
    }
}
