package io.millrace.tools.create;

import io.millrace.tools.source.SourceProduct;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes the options of the source and of the sink for a plan. */
final class GeneratedConnectors {
    private static final String BROKERS_VARIABLE = "${env:KAFKA_BOOTSTRAP_SERVERS}";
    private static final String CHUNK_STORE = "kafka:";

    private final NewRequest request;

    GeneratedConnectors(NewRequest request) {
        this.request = request;
    }

    String sourceName() {
        return request.prefix() + "-source";
    }

    String sinkName() {
        return request.prefix() + "-views";
    }

    private String heartbeatTopic() {
        return request.prefix() + ".heartbeat";
    }

    /** The topic of the definitions of tables, which a source of MySQL has. */
    String historyTopic() {
        return request.prefix() + ".schema-history";
    }

    private String deadLetterTopic() {
        return sinkName() + ".dlq";
    }

    /** The topics that are not those of tables. */
    List<String> reservedTopics() {
        List<String> topics = new ArrayList<>(List.of(heartbeatTopic(), historyTopic(), deadLetterTopic()));
        request.payloadStore()
                .filter(store -> store.startsWith(CHUNK_STORE))
                .ifPresent(store -> topics.add(store.substring(CHUNK_STORE.length())));
        return topics;
    }

    /** The brokers, as the configurations have them. */
    String brokers() {
        return request.bootstrapServers().orElse(BROKERS_VARIABLE);
    }

    /** The options of the source's database that name the server and the account, with the password itself. */
    Map<String, String> databaseOptions(String password) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("database.hostname", request.source().host());
        options.put("database.port", Integer.toString(request.source().port()));
        options.put("database.user", request.user());
        options.put("database.password", password);
        if (request.source().product() == SourceProduct.POSTGRESQL) {
            options.put("database.dbname", request.source().database());
        }
        options.putAll(request.databaseOptions());
        return options;
    }

    /**
     * The options of the source.
     *
     * @param setup what is special in its database
     */
    Map<String, String> makeSource(MappingPlan plan, SourceSetup setup) {
        Map<String, String> options =
                ConfigurationTemplate.ofSource(request.source().product()).readOptions();
        options.putAll(databaseOptions(request.variableOf("DATABASE_PASSWORD")));
        options.putAll(setup.options(this));
        options.put("topic.prefix", request.prefix());
        options.put(
                "table.include.list",
                plan.tables().stream()
                        .map(table -> toExpression(table.table().toString()))
                        .collect(Collectors.joining(",")));
        options.put("events.source", "/" + request.prefix());
        options.put("events.heartbeat.topic", heartbeatTopic());
        if (!setup.hasContext()) {
            options.keySet().removeIf(option -> option.startsWith("context."));
        }
        addTypes(plan, options);
        addPayloads(plan, options);
        int table = 0;
        int rule = 0;
        for (TableMapping mapping : plan.tables()) {
            table++;
            options.put("events.table." + table, mapping.toTableText());
        }
        for (TableMapping mapping : plan.tables()) {
            for (String text : mapping.toRuleTexts()) {
                rule++;
                options.put("events.rule." + rule, text);
            }
        }
        return options;
    }

    /** Debezium takes each entry as a regular expression for the whole name, and divides the list at commas. */
    private static String toExpression(String table) {
        StringBuilder expression = new StringBuilder();
        for (int i = 0; i < table.length(); i++) {
            char c = table.charAt(i);
            boolean isPlain = Character.isLetterOrDigit(c) || c == '_' || c == '-';
            boolean isSeparator = c == '.' && i == table.indexOf('.');
            expression.append(isPlain || isSeparator ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return expression.toString();
    }

    private static void addTypes(MappingPlan plan, Map<String, String> options) {
        if (!plan.findColumns(field -> field.column().isUnsignedBigint()).isEmpty()) {
            // Otherwise numbers above 2^63-1 would be negative.
            options.put("bigint.unsigned.handling.mode", "precise");
        }
        boolean hasDecimalKey = plan.tables().stream()
                .flatMap(table -> table.key().stream())
                .anyMatch(field ->
                        field.column().isUnsignedBigint() || field.column().isDecimal());
        if (hasDecimalKey) {
            options.put("key.converter.decimal.format", "NUMERIC");
        }
    }

    private void addPayloads(MappingPlan plan, Map<String, String> options) {
        List<String> columns = plan.payloadColumns();
        if (request.payloadStore().isEmpty() || columns.isEmpty()) {
            return;
        }
        options.put(
                "payload.fields",
                columns.stream()
                        .map(column -> "before." + column + ", after." + column)
                        .collect(Collectors.joining(", ")));
        options.put("payload.store", request.payloadStore().get());
        addStoreOptions(options);
    }

    private void addStoreOptions(Map<String, String> options) {
        if (request.payloadStore()
                .filter(store -> store.startsWith(CHUNK_STORE))
                .isPresent()) {
            options.put("payload.kafka.bootstrap.servers", brokers());
        }
        options.putAll(request.payloadOptions());
    }

    /** The options of the sink. */
    Map<String, String> makeSink(MappingPlan plan) {
        Map<String, String> options = ConfigurationTemplate.SINK.readOptions();
        List<TableMapping> tables = plan.viewed();
        options.put("topics", tables.stream().map(TableMapping::topic).collect(Collectors.joining(",")));
        options.put("kafka.bootstrap.servers", brokers());
        request.viewsUrl().ifPresent(url -> options.put("connection.url", url));
        request.viewsUser().ifPresent(user -> options.put("connection.user", user));
        options.put("errors.deadletterqueue.topic.name", deadLetterTopic());
        boolean hasPayloads =
                tables.stream().anyMatch(table -> table.fields().stream().anyMatch(FieldMapping::isPayload));
        if (hasPayloads) {
            request.payloadStore().ifPresent(store -> options.put("payload.read.locations", store));
            addStoreOptions(options);
        }
        options.put("projections", tables.stream().map(TableMapping::view).collect(Collectors.joining(",")));
        for (TableMapping table : tables) {
            String prefix = "projection." + table.view() + ".";
            options.put(prefix + "kind", "upsert");
            options.put(prefix + "topics", table.topic());
            options.put(prefix + "key", table.toKeyList());
            String columns = table.toColumnList();
            if (!columns.isEmpty()) {
                options.put(prefix + "columns", columns);
            }
            table.revision().ifPresent(field -> options.put(prefix + "revision", field.name()));
            options.put(prefix + "delete.when", "headers.ce_type == '" + table.deletedEvent() + "'");
        }
        return options;
    }
}
