package io.millrace.tools.create;

import io.millrace.tools.source.SourceProduct;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A database that has views: the types of their columns, and the statements that create them. */
enum ViewsDatabase {
    MYSQL("MySQL", "`", " ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4") {
        @Override
        String typeOf(CapturedColumn column, boolean isKey) {
            return column.typeInMySql(isKey);
        }

        @Override
        Optional<String> findKeyObstacle(List<CapturedColumn> key) {
            long bytes = 0;
            for (CapturedColumn column : key) {
                bytes += column.length() * (column.isText() ? BYTES_OF_CHARACTER : 1);
            }
            return bytes <= MAX_KEY_BYTES
                    ? Optional.empty()
                    : Optional.of(
                            "its key can have " + bytes + " bytes with a collation that distinguishes all texts, and"
                                    + " an index of MySQL has " + MAX_KEY_BYTES);
        }
    },

    POSTGRESQL("PostgreSQL", "\"", "") {
        @Override
        String typeOf(CapturedColumn column, boolean isKey) {
            return column.typeInPostgres(isKey);
        }

        @Override
        Optional<String> findKeyObstacle(List<CapturedColumn> key) {
            return Optional.empty();
        }
    };

    private static final int BYTES_OF_CHARACTER = 4;
    private static final int MAX_KEY_BYTES = 3072;

    private final String title;
    private final String quote;
    private final String tableOptions;

    ViewsDatabase(String title, String quote, String tableOptions) {
        this.title = title;
        this.quote = quote;
        this.tableOptions = tableOptions;
    }

    /** The views of a source, if nothing else is set: in the same product. */
    static ViewsDatabase of(SourceProduct product) {
        return product == SourceProduct.POSTGRESQL ? POSTGRESQL : MYSQL;
    }

    /** The database that a connection's URL names. */
    static ViewsDatabase of(String url) {
        return url.startsWith("jdbc:postgresql:") ? POSTGRESQL : MYSQL;
    }

    /** The type of a view's column that has every value of the source's column unchanged. */
    abstract String typeOf(CapturedColumn column, boolean isKey);

    /** Why columns of the source cannot be the key of a view, in a sentence; empty if they can. */
    abstract Optional<String> findKeyObstacle(List<CapturedColumn> key);

    /** The statement that creates the view of a table. */
    String toCreateStatement(TableMapping mapping) {
        String columns = mapping.viewColumns().stream()
                .map(field -> "  " + quote(field.name()) + " "
                        + typeOf(field.column(), mapping.key().contains(field))
                        + (field.column().nullable() ? " NULL" : " NOT NULL"))
                .collect(Collectors.joining(",\n"));
        String key = mapping.key().stream().map(field -> quote(field.name())).collect(Collectors.joining(", "));
        return "CREATE TABLE " + quote(mapping.view()) + " (\n" + columns + ",\n  PRIMARY KEY (" + key + ")\n)"
                + tableOptions + ";\n";
    }

    private String quote(String name) {
        return quote + name + quote;
    }

    /** The product's name. */
    @Override
    public String toString() {
        return title;
    }
}
