package io.millrace.connectors.projection.faults;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A view and what must be in it, by a model that knows the committed events and nothing of the sink. A further kind of
 * view is one more of these in {@link Guarantee#views}.
 */
interface ViewModel {
    /** The view's column that has an event's revision, where a view has one: what {@link Effects} watches. */
    String REVISION = "revision";

    /** The name of the table and of its projection. */
    String name();

    /** The columns of the key, and behind them the others, in SQL that every database understands. */
    Map<String, String> columns();

    /** The columns of the primary key. */
    List<String> key();

    /** The projection's options, without {@code projection.NAME.}. */
    Map<String, String> projection();

    /** An event whose transaction was committed, in the order of its key. */
    void apply(Event event);

    /**
     * The topic was created again, and the view is emptied because it is to have rows of the new one alone.
     *
     * @return false if the view has no rows of the topic, and nothing changes
     */
    default boolean forgetTopic(String topic) {
        return false;
    }

    /** The topic was created again, and the view keeps the rows that it has of the former one. */
    default void keepFormerRows(String topic) {}

    /** The view was rebuilt: it has no rows any more that only former topics have. */
    default void dropFormerRows() {}

    /** Whether an event that is read again is counted again, so that the view is emptied before. */
    default boolean countsAgain() {
        return false;
    }

    /** The rows that must be there: by the text of the key, the text of the other columns. */
    Map<String, String> rows();

    default boolean hasRevision() {
        return columns().containsKey(REVISION);
    }

    default List<String> others() {
        return columns().keySet().stream().filter(c -> !key().contains(c)).toList();
    }

    default String createTable() {
        return "CREATE TABLE " + name() + " ("
                + columns().entrySet().stream()
                        .map(c -> c.getKey() + " " + c.getValue())
                        .collect(Collectors.joining(", "))
                + ", PRIMARY KEY (" + String.join(", ", key()) + "))";
    }

    /** Values as {@link #rows} writes them. */
    static String text(Object... values) {
        return Stream.of(values).map(String::valueOf).collect(Collectors.joining("/"));
    }
}
