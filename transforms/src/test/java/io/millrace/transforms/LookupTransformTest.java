package io.millrace.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The transform on records, with tables from files. */
class LookupTransformTest {
    private static final Schema ORDER = SchemaBuilder.struct()
            .name("Order")
            .field("id", Schema.INT64_SCHEMA)
            .field("country", Schema.OPTIONAL_STRING_SCHEMA)
            .build();

    @TempDir
    Path directory;

    private final Map<String, Object> options = new HashMap<>();
    private final Lookup<SinkRecord> lookup = new Lookup<>();

    @BeforeEach
    void declareTables() throws IOException {
        Path countries = directory.resolve("countries");
        List<String> records = List.of(
                "\"XX\" {\"name\": \"nowhere\"}",
                "\"XX\" null",
                "\"DE\" {\"name\": \"Deutschland\"}",
                "{\"code\":\"DE\"} {\"name\": \"Germany\", \"population\": 83}");
        // A tab is between key and value.
        Files.write(
                countries,
                records.stream().map(line -> line.replaceFirst(" ", "\t")).toList());
        options.put("lookup.1", "countries; topic: shop.countries; fields: name: string, population: int64?");
        options.put("tables.kafka.bootstrap.servers", "localhost:9092");
        options.put("tables.file.countries", countries.toString());
        options.put("fields", "country_name = lookup('countries', value.country).name");
    }

    @AfterEach
    void close() {
        lookup.close();
    }

    private static SinkRecord record(Schema schema, Object value) {
        return new SinkRecord("orders", 0, null, 1L, schema, value, 17, 0L, TimestampType.CREATE_TIME);
    }

    private static Struct order(String country) {
        return new Struct(ORDER).put("id", 7L).put("country", country);
    }

    private SinkRecord apply(SinkRecord record) {
        lookup.configure(options);
        return lookup.apply(record);
    }

    @Test
    void addsAFieldToAStructAndTheTablesPlaceToTheHeaders() {
        SinkRecord enriched = apply(record(ORDER, order("DE")));
        assertThat(enriched.valueSchema().field("country_name").schema()).isEqualTo(Schema.OPTIONAL_STRING_SCHEMA);
        assertThat(((Struct) enriched.value()).get("country_name")).isEqualTo("Germany");
        assertThat(((Struct) enriched.value()).get("id")).isEqualTo(7L);
        assertThat(enriched.headers().lastWithName("lookup.countries").value()).isEqualTo("0@4");
        assertThat(lookup.apply(record(ORDER, order("FR"))).valueSchema()).isSameAs(enriched.valueSchema());
    }

    @Test
    void addsAWholeRowToAMap() {
        options.put("fields", "country = lookup('countries', value.code)");
        SinkRecord enriched = apply(record(null, Map.of("code", "DE")));
        assertThat(enriched.value())
                .isEqualTo(Map.of("code", "DE", "country", Map.of("name", "Germany", "population", 83L)));
        assertThat(enriched.valueSchema()).isNull();
    }

    @Test
    void treatsAMissingKeyAsConfigured() {
        SinkRecord unknown = record(ORDER, order("XX"));
        assertThat(((Struct) apply(unknown).value()).get("country_name")).isNull();
        assertThat(lookup.apply(record(ORDER, order(null))).headers()).isEmpty();
        options.put("on.missing", "drop");
        assertThat(apply(unknown)).isNull();
        options.put("on.missing", "refuse");
        assertThatThrownBy(() -> apply(unknown))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("orders-0@17")
                .hasMessageContaining("the table countries does not have the key of the field country_name")
                .hasMessageNotContaining("XX");
    }

    @Test
    void passesRecordsWithoutAValueAndRefusesOthers() {
        SinkRecord tombstone = record(null, null);
        assertThat(apply(tombstone)).isSameAs(tombstone);
        assertThatThrownBy(() -> lookup.apply(record(Schema.STRING_SCHEMA, "text")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected a value with fields, found a String");
        options.put("fields", "country = lookup('countries', value.country).name");
        assertThatThrownBy(() -> apply(record(ORDER, order("DE"))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("has a field 'country' already");
    }

    @Test
    void refusesWhatIsNotALookupWhenPosted() {
        options.put("fields", "country = value.country");
        assertThatThrownBy(() -> lookup.configure(options))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("field 'country': expected lookup('TABLE', KEY)");
        options.put("fields", "country = lookup('country', value.country)");
        assertThatThrownBy(() -> lookup.configure(options))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("unknown table 'country'; expected one of [countries]");
    }
}
