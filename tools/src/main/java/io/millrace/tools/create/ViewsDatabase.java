package io.millrace.tools.create;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A database that has views: the types of their columns, and the statements that create them. */
enum ViewsDatabase {
    MYSQL("MySQL", "`", " ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4") {
        @Override
        String typeOf(CapturedColumn column, boolean isKey) {
            if (column.isText() && isKey) {
                return "varchar(" + column.length() + ") " + EXACT;
            }
            return switch (column.dataType()) {
                // An ENUM of the view would refuse a value that is added to the source's.
                case "enum" -> "varchar(255) " + column.characters();
                case "set" -> "text " + column.characters();
                case "char" -> "varchar(" + column.length() + ") " + column.characters();
                default -> (column.columnType() + " " + column.characters()).strip();
            };
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
            return switch (column.dataType()) {
                case "tinyint" -> "smallint";
                case "smallint", "mediumint", "year" ->
                    column.dataType().equals("smallint") && !column.isUnsigned() ? "smallint" : "integer";
                case "int" -> column.isUnsigned() ? "bigint" : "integer";
                case "bigint" -> column.isUnsigned() ? "numeric(20)" : "bigint";
                case "decimal" -> "numeric" + column.columnType().replaceAll(".*(\\([0-9,]+\\)).*", "$1");
                case "float" -> "real";
                case "double" -> "double precision";
                case "bit" -> column.isSingleBit() ? "boolean" : "numeric(20)";
                case "date" -> "date";
                case "datetime" -> "timestamp(" + column.scale() + ")";
                case "timestamp" -> "timestamptz(" + column.scale() + ")";
                // A TIME can be negative and have more than 24 hours.
                case "time" -> (isKey ? "time(" : "interval(") + column.scale() + ")";
                case "json" -> "jsonb";
                case "char", "varchar" -> "varchar(" + column.length() + ")";
                default -> column.isBytes() ? "bytea" : "text";
            };
        }

        @Override
        Optional<String> findKeyObstacle(List<CapturedColumn> key) {
            return Optional.empty();
        }
    };

    private static final String EXACT = "CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin";
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
