package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordJsonTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'schema':null,'payload':{'fee':0.00,'n':12345678901234567890.10}} | {'fee':0.00,'n':12345678901234567890.10}",
                "{'schema':{},'payload':7} | 7",
                "{'fee':0.50} | {'fee':0.50}",
                "[1.0] | [1.0]",
                "not JSON | not JSON",
            })
    void leavesOutTheSchemaAndKeepsTheZerosOfDecimals(String json, String payload) {
        assertThat(RecordJson.payloadOf(json.replace('\'', '"'))).isEqualTo(payload.replace('\'', '"'));
    }

    @Test
    void returnsATombstoneAsItIs() {
        assertThat(RecordJson.payloadOf(null)).isNull();
    }
}
