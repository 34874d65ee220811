package io.millrace.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InjectContextTest {
    @Test
    void isFoundByConnectAndSaysItsVersion() {
        assertThat(ServiceLoader.load(Transformation.class)).anySatisfy(found -> {
            assertThat(found).isInstanceOf(InjectContext.class);
            assertThat(found.version()).matches("\\d+\\.\\d+\\.\\d+.*");
        });
    }

    @Test
    void injectsAsConfigured() {
        try (InjectContext<SourceRecord> transform = new InjectContext<>()) {
            transform.configure(Map.of(
                    "type", InjectContext.class.getName(),
                    "keys", "requestId,userId,traceparent,tenant",
                    "sources", "comment,column,fixed,generated",
                    "comment.names", "requestId=request_id",
                    "column.names", "userId=updated_by",
                    "fixed", "tenant=shop",
                    "generate", "requestId,traceparent"));
            Map<String, Object> value = Map.of(
                    "op",
                    "c",
                    "after",
                    Map.of("id", 7, "updated_by", "ann"),
                    "source",
                    Map.of("gtid", "a:1", "query", "INSERT INTO orders VALUES (7) /*request_id='5f1c'*/"));

            SourceRecord out = transform.apply(new SourceRecord(Map.of(), Map.of(), "t", null, value));

            assertThat(out.headers()).hasSize(4);
            assertThat(out.headers().lastWithName("requestId").value()).isEqualTo("5f1c");
            assertThat(out.headers().lastWithName("userId").value()).isEqualTo("ann");
            assertThat(out.headers().lastWithName("tenant").value()).isEqualTo("shop");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "keys          | ''                   | one or more",
                "keys          | requestId,requestId  | is a duplicate",
                "keys          | request id           | white space",
                "sources       | ''                   | one or more",
                "sources       | comment,cookie       | expected one of",
                "sources       | comment,comment      | is a duplicate",
                "comment.names | requestId            | key=name",
                "comment.names | requestId=a,requestId=b | is a duplicate",
                "comment.names | tenant=t             | 'keys'",
                "column.names  | tenant=t             | 'keys'",
                "header.names  | tenant=t             | 'keys'",
                "fixed         | tenant=t             | 'keys'",
                "fixed         | userId=              | key=name",
                "fixed         | userId=123456789012345678901234567890 | 30 characters",
                "generate      | tenant               | 'keys'",
                "fixed         | traceparent=t        | trace parent",
                "generate      | userId,userId        | is a duplicate",
                "max.length    | 0                    | at least 1",
                "max.length    | many                 | number",
                "sql.mode      | ANSI                 | expected one of"
            })
    void refusesWrongOptionsWhenTheyArePosted(String option, String value, String reason) {
        Map<String, String> options =
                option.equals("max.length") ? Map.of(option, value) : Map.of(option, value, "max.length", "20");

        assertThat(errors(options)).containsOnlyKeys(option);
        assertThat(errors(options).get(option))
                .anySatisfy(error -> assertThat(error).contains(reason));
        assertThatThrownBy(() -> new InjectContext<SourceRecord>().configure(options))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(option)
                .hasMessageContaining(reason);
    }

    @Test
    void refusesOptionsOfASourceThatIsNotAsked() {
        Map<String, String> options = Map.of("sources", "comment", "fixed", "userId=x");

        assertThat(errors(options)).containsOnlyKeys("fixed");
        assertThatThrownBy(() -> new InjectContext<SourceRecord>().configure(options))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'sources' does not name 'fixed'");
    }

    @Test
    void acceptsItsDefaults() {
        assertThat(errors(Map.of())).isEmpty();
    }

    /** Validates as Connect does: with the transform's options under a prefix in those of the connector. */
    private static Map<String, List<String>> errors(Map<String, String> options) {
        String prefix = "transforms.context.";
        ConfigDef connector = new ConfigDef();
        try (InjectContext<SourceRecord> transform = new InjectContext<>()) {
            connector.embed(prefix, "Transforms: context", 0, transform.config());
        }
        Map<String, String> prefixed = new HashMap<>();
        options.forEach((name, value) -> prefixed.put(prefix + name, value));
        return connector.validate(prefixed).stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .collect(
                        Collectors.toMap(value -> value.name().substring(prefix.length()), ConfigValue::errorMessages));
    }
}
