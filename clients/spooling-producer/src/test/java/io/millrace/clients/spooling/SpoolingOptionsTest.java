package io.millrace.clients.spooling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpoolingOptionsTest {
    /** With several requests, records can be repeated and overtaken while a partition gets another leader. */
    @ParameterizedTest
    @CsvSource({", 1", "5, 5"})
    void sendsOneRequestAtATimeUnlessMoreArePermitted(String configured, String expected) {
        Map<String, Object> configs =
                new HashMap<>(Map.of("spool.store", "file:/tmp/spool", "bootstrap.servers", "127.0.0.1:1"));
        if (configured != null) {
            configs.put("max.in.flight.requests.per.connection", configured);
        }
        assertThat(SpoolingOptions.inner(configs, SpoolingOptions.read(configs))
                        .get("max.in.flight.requests.per.connection"))
                .hasToString(expected);
    }

    /** One request at a time has to take more records; but each partition with records has a batch of that size in memory. */
    @ParameterizedTest
    @CsvSource({
        "max.block.ms, 100, 131072",
        "max.in.flight.requests.per.connection, 5, 16384",
        "batch.size, 20000, 20000",
        "buffer.memory, 8388608, 65536",
        "buffer.memory, 1048576, 16384",
        "max.request.size, 100000, 100000",
        "max.request.size, 1000, 16384",
        "spool.memory.bytes, 4194304, 32768"
    })
    void hasLargerBatchesIfThereIsMemory(String option, String value, String expected) {
        Map<String, Object> configs = new HashMap<>(
                Map.of("spool.store", "file:/tmp/spool", "bootstrap.servers", "127.0.0.1:1", option, value));
        assertThat(SpoolingOptions.inner(configs, SpoolingOptions.read(configs)).get("batch.size"))
                .hasToString(expected);
    }
}
