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
}
