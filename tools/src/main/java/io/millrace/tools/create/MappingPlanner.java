package io.millrace.tools.create;

import io.millrace.expressions.InvalidExpressionException;
import io.millrace.expressions.TopLevel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides which events and which view each table gets. For one use. */
final class MappingPlanner {
    /** The names of columns that grow with each change of a row in common frameworks, without underscores. */
    private static final List<String> REVISIONS = List.of(
            "revision",
            "rev",
            "version",
            "rowversion",
            "lockversion",
            "optlock",
            "entityversion",
            "objectversion",
            "recordversion",
            "versionnumber",
            "versionno",
            "revisionnumber");

    /** A part of a path of payload.fields that needs no escapes. */
    private static final String PLAIN_COLUMN = "[A-Za-z_][A-Za-z0-9_$]*";

    private final List<CapturedTable> named;
    private final String prefix;
    private final SourceAddress source;
    private final ViewsDatabase views;
    private final Set<String> payloads;
    private final Map<String, Long> singulars;
    private final UniqueNames entities = UniqueNames.ofAnyCase("");
    private final UniqueNames topics;
    /** The ledger's tables are in the same database. */
    private final UniqueNames viewNames =
            UniqueNames.ofAnyCase("_").reserveNames(List.of("millrace_ledger", "millrace_ledger_views"));

    private final List<TableMapping> mapped = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    /**
     * A planner for these tables.
     *
     * @param prefix the first part of the topics' names
     * @param source the database, of whose default schema the tables need no qualified names
     * @param reservedTopics the topics that are used otherwise
     * @param storesPayloads whether large values are stored elsewhere
     */
    MappingPlanner(
            List<CapturedTable> tables,
            String prefix,
            SourceAddress source,
            List<String> reservedTopics,
            ViewsDatabase views,
            boolean storesPayloads) {
        this.named = List.copyOf(tables);
        this.prefix = prefix;
        this.source = source;
        this.views = views;
        this.topics = UniqueNames.ofTopics().reserveNames(reservedTopics);
        this.payloads = storesPayloads ? findPayloadColumns(tables) : Set.of();
        this.singulars = tables.stream()
                .collect(Collectors.groupingBy(
                        table -> PlainNames.toSingularCamelCase(table.name()).toLowerCase(Locale.ROOT),
                        Collectors.counting()));
    }

    /** A path of payload.fields has no table, so the columns of one name are stored in all tables; keys cannot be. */
    private static Set<String> findPayloadColumns(List<CapturedTable> tables) {
        Set<String> names = new HashSet<>();
        tables.forEach(table -> table.columns().stream()
                .filter(CapturedColumn::isLarge)
                .map(CapturedColumn::name)
                .filter(name -> name.matches(PLAIN_COLUMN))
                .forEach(names::add));
        tables.forEach(table -> names.removeAll(table.key()));
        return names;
    }

    MappingPlan makePlan() {
        for (CapturedTable table : named) {
            Optional<String> obstacle = findObstacle(table);
            if (obstacle.isPresent()) {
                leftOut.add(table + ": " + obstacle.get());
            } else {
                mapped.add(mapTable(table));
            }
        }
        return new MappingPlan(mapped, leftOut);
    }

    private Optional<String> findObstacle(CapturedTable table) {
        if (table.key().isEmpty()) {
            return Optional.of("the table has no primary key, so the events of a row have no key and a view has no"
                    + " rows to change. Add one, for example: ALTER TABLE "
                    + source.product().quote(table.database()) + "."
                    + source.product().quote(table.name()) + " ADD COLUMN id BIGINT "
                    + source.product().identity() + " PRIMARY KEY");
        }
        if (!isNameable(table)) {
            return Optional.of("the language of the rules has no form for the name; rename the table, or publish"
                    + " it through an outbox");
        }
        return table.key().stream()
                .filter(name -> table.findColumn(name)
                        .filter(CapturedColumn::isSupported)
                        .isEmpty())
                .findFirst()
                .map(name -> "the column " + name + " of its key has a type that events do not have");
    }

    /** The name stands unquoted in an option that semicolons, literals and brackets divide. */
    private static boolean isNameable(CapturedTable table) {
        try {
            String text = table.toString();
            // A variable in an option is replaced by the worker.
            return !table.database().contains(".")
                    && !text.contains("${")
                    && TopLevel.split(text, ';').equals(List.of(text))
                    && text.indexOf('\n') < 0;
        } catch (InvalidExpressionException e) {
            return false;
        }
    }

    private TableMapping mapTable(CapturedTable table) {
        UniqueNames names = UniqueNames.ofAnyCase("_");
        // Names that need no change come first, so that none of them gets a number.
        List<CapturedColumn> order = new ArrayList<>(table.columns());
        order.sort(Comparator.comparing(column -> !column.name().equals(PlainNames.toIdentifier(column.name()))));
        Map<CapturedColumn, String> fieldNames = new HashMap<>();
        order.forEach(column -> fieldNames.put(column, names.chooseName(List.of(nameField(table, column)))));
        List<FieldMapping> fields = new ArrayList<>();
        List<String> omitted = new ArrayList<>();
        Optional<CapturedColumn> revision = findRevision(table);
        for (CapturedColumn column : table.columns()) {
            Optional<String> reason = findReasonToOmit(column);
            if (reason.isPresent()) {
                omitted.add(column.name() + " (" + column.columnType() + "): " + reason.get());
            } else if (revision.filter(column::equals).isEmpty()) {
                fields.add(mapField(column, fieldNames));
            }
        }
        List<FieldMapping> key = table.key().stream()
                .map(name -> mapField(table.findColumn(name).orElseThrow(), fieldNames))
                .toList();
        String view = viewNames.chooseName(findViewNames(table));
        return new TableMapping(
                table,
                entities.chooseName(findEntities(table)),
                topics.chooseName(findTopics(table)),
                view,
                key,
                fields,
                revision.map(column -> mapField(column, fieldNames)),
                omitted,
                findViewObstacle(table, key));
    }

    private FieldMapping mapField(CapturedColumn column, Map<CapturedColumn, String> names) {
        return new FieldMapping(column, Optional.ofNullable(names.get(column)).orElseThrow(), isPayload(column));
    }

    private static String nameField(CapturedTable table, CapturedColumn column) {
        return nameOr(column.name(), "column_" + (table.columns().indexOf(column) + 1));
    }

    private static String nameOr(String name, String fallback) {
        String plain = PlainNames.toIdentifier(name);
        return plain.isEmpty() ? fallback : plain;
    }

    private boolean isPayload(CapturedColumn column) {
        return payloads.contains(column.name()) && (column.isText() || column.isBytes());
    }

    private Optional<String> findReasonToOmit(CapturedColumn column) {
        if (column.name().contains("${")) {
            return Optional.of("a worker would replace a part of its name as a variable");
        }
        if (!column.isSupported()) {
            return Optional.of("a view cannot have its type. To publish it, add the column to events.table.N");
        }
        return column.isLarge() && !isPayload(column)
                ? Optional.of("a value can be larger than a record of Kafka. To publish it, set --payload-store; or add"
                        + " the column to events.table.N if its values are small")
                : Optional.empty();
    }

    /** A whole number that cannot be NULL, by its name. */
    private static Optional<CapturedColumn> findRevision(CapturedTable table) {
        return table.columns().stream()
                .filter(column -> column.isInteger() && !column.nullable() && !table.isKey(column))
                .filter(column -> REVISIONS.contains(normalizeName(column)))
                .min(Comparator.comparingInt(column -> REVISIONS.indexOf(normalizeName(column))));
    }

    private static String normalizeName(CapturedColumn column) {
        return column.name().toLowerCase(Locale.ROOT).replace("_", "");
    }

    private Optional<String> findViewObstacle(CapturedTable table, List<FieldMapping> key) {
        return table.keyHasPrefix()
                ? Optional.of("its primary key has only the beginning of a column, and a view's key has whole values")
                : views.findKeyObstacle(key.stream().map(FieldMapping::column).toList());
    }

    private List<String> findEntities(CapturedTable table) {
        String singular = PlainNames.toSingularCamelCase(table.name());
        String plain = PlainNames.toCamelCase(table.name());
        String qualified = PlainNames.toCamelCase(table.database()) + singular;
        boolean isShared = singulars.getOrDefault(singular.toLowerCase(Locale.ROOT), 0L) > 1;
        List<String> candidates = new ArrayList<>();
        if (!isShared) {
            candidates.add(singular);
        } else if (table.database().equals(source.schema())) {
            candidates.add(plain);
        }
        candidates.add(qualified);
        return candidates.stream()
                .map(name -> name.isEmpty() || !Character.isLetter(name.charAt(0)) ? "Table" + name : name)
                .toList();
    }

    private List<String> findTopics(CapturedTable table) {
        return findQualifiedNames(table, ".").stream()
                .map(name -> prefix + "." + name)
                .toList();
    }

    private List<String> findViewNames(CapturedTable table) {
        return findQualifiedNames(table, "_");
    }

    private List<String> findQualifiedNames(CapturedTable table, String separator) {
        String plain = nameOr(table.name(), "table");
        String qualified = nameOr(table.database(), "database") + separator + plain;
        return table.database().equals(source.schema()) ? List.of(plain, qualified) : List.of(qualified);
    }
}
