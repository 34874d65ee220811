package io.millrace.tools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.tools.changes.ConnectJson;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaDiffTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'type': 'string' | 'type': ['string', 'null'] | breaking at: may now be null",
                "'type': ['string', 'null'] | 'type': 'string' | compatible at: was null or string, is only string",
                "'type': 'integer' | 'type': 'string' | breaking at: was integer, is string",
                "'type': 'integer' | 'type': 'number' | breaking at: was integer, is number",
                "'type': 'number' | 'type': 'integer' | compatible at: was number, is only integer",
                "'type': 'integer', 'format': 'int64' | 'type': 'integer', 'format': 'int32' | breaking at:"
                        + " format was int64, is int32",
                "'type': 'string', 'enum': ['A'] | 'type': 'string', 'enum': ['A', 'B'] | breaking at: may now"
                        + " be one of [B]",
                "'type': 'string', 'enum': ['A', 'B'] | 'type': 'string', 'enum': ['B'] | compatible at: is"
                        + " only one of [B]",
                "'type': 'string', 'enum': ['A'] | 'type': 'string' | breaking at: may now have any value, was"
                        + " one of [A]",
                "'type': 'string', 'const': '/a' | 'type': 'string', 'const': '/b' | breaking at: const was /a, is /b",
                "'type': 'number', 'x-scale': 2 | 'type': 'number', 'x-scale': 3 | compatible at: digits behind"
                        + " the point were 2, are 3",
                "'type': 'string', 'contentEncoding': 'base64', 'x-scale': 2 | 'type': 'string',"
                        + " 'contentEncoding': 'base64', 'x-scale': 3 | breaking at: digits behind the point"
                        + " were 2, are 3",
                "'properties': {'a': {'type': 'string'}} | 'properties': {} | breaking at.a: is gone",
                "'properties': {} | 'properties': {'a': {'type': 'string'}}, 'required': ['a'] | compatible"
                        + " at.a: is new",
                "'properties': {'a': {}}, 'required': ['a'] | 'properties': {'a': {}} | breaking at.a: may now"
                        + " be missing",
                "'properties': {'a': {}} | 'properties': {'a': {}}, 'required': ['a'] | compatible at.a: is now"
                        + " always present",
                "'properties': {'a': {'type': 'string'}} | 'properties': {'a': {'type': ['string', 'null']}} |"
                        + " breaking at.a: may now be null",
                "'items': {'type': 'string'} | 'items': {'type': 'integer'} | breaking at[]: was string, is integer",
                "'additionalProperties': {'type': 'string'} | 'additionalProperties': {'type': 'integer'} |"
                        + " breaking at{}: was string, is integer",
                "'type': 'object' | 'type': 'null' | breaking at: was object, is null"
            })
    void tellsWhatAReaderOfTheOldSchemaMeets(String before, String after, String expected) throws IOException {
        List<Difference> differences =
                SchemaDiff.of("at", schema(before), schema(after), schema("'x': 1"), schema("'x': 1"));

        assertThat(differences)
                .extracting(difference -> difference.toString().replaceAll(" +", " "))
                .containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'type': 'string', 'description': 'a' | 'type': 'string', 'description': 'b'",
                "'properties': {'a': {}, 'b': {}} | 'properties': {'b': {}, 'a': {}}",
                "'type': ['string', 'null'] | 'type': ['null', 'string']"
            })
    void findsNoDifferenceInWhatMeansTheSame(String before, String after) throws IOException {
        assertThat(SchemaDiff.of("at", schema(before), schema(after), schema("'x': 1"), schema("'x': 1")))
                .isEmpty();
    }

    private static JsonNode schema(String members) throws IOException {
        return ConnectJson.MAPPER.readTree("{" + members.replace('\'', '"') + "}");
    }
}
