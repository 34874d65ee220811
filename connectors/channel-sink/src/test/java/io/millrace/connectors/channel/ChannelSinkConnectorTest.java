package io.millrace.connectors.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelSinkConnectorTest {
    /** The messages by their options, after a change of options that are accepted. */
    private static Map<String, List<String>> errors(Map<String, String> changes) {
        Map<String, String> options = new HashMap<>(Map.of(
                "name", "channels",
                "connector.class", ChannelSinkConnector.class.getName(),
                "topics", "notifications",
                "tasks.max", "1",
                "channel", "'import:' + key",
                "cluster.name", "eu1",
                "token.key", TestTokens.SECRET));
        options.putAll(changes);
        Map<String, List<String>> errors = new HashMap<>();
        for (ConfigValue value : new ChannelSinkConnector().validate(options).configValues()) {
            if (!value.errorMessages().isEmpty()) {
                errors.put(value.name(), value.errorMessages());
            }
        }
        return errors;
    }

    @Test
    void acceptsGoodOptions() {
        assertThat(errors(Map.of())).isEmpty();
        assertThat(errors(Map.of("listener.address", "0.0.0.0:8443", "tls", "terminated-elsewhere")))
                .isEmpty();
        assertThat(errors(Map.of(
                        "listener.address", "[::1]:0",
                        "allowed.origins", "https://shop.example,http://localhost:3000",
                        "consumer.override.group.id", "channels-0")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            channel                  | key +                | channel                  | the expression ends too early
            channel                  | nothing.like.this    | channel                  | nothing
            event.type               | 1 + 'a'              | event.type               | cannot be applied
            cluster.name             | eu 1                 | cluster.name             | A-Z a-z 0-9 _ -
            listener.address         | 8090                 | listener.address         | HOST:PORT
            listener.address         | 127.0.0.1:70000      | listener.address         | HOST:PORT
            listener.address         | 0.0.0.0:8090         | listener.address         | tls=terminated-elsewhere
            listener.address         | 127.example.com:8090 | listener.address         | tls=terminated-elsewhere
            tls                      | no                   | tls                      | terminated-elsewhere
            listener.path            | /ready               | listener.path            | neither /health nor /ready
            listener.path            | channels             | listener.path            | / and 1 to 100
            listener.tls.certificate | /no/such/file        | listener.tls.certificate | a file
            allowed.origins          | shop.example         | allowed.origins          | https://shop.example
            allowed.origins          | https://shop.example/ | allowed.origins         | https://shop.example
            token.key                | short                | token.key                | 32 characters
            token.jwks               | file:///keys         | token.jwks               | https
            tokens                   | sometimes            | tokens                   | required, none
            tokens                   | none                 | tokens                   | neither with tokens=none
            token.jwks               | https://id.example/k | tokens                   | one of token.key and token.jwks
            tasks.max                | 2                    | channel                  | tasks.max: expected 1
            history.windows.ms       | 1000                 | channel                  | history.windows.ms: there is no such option
            heartbeat.interval.ms    | 1000                 | channel                  | heartbeat.interval.ms: there is no such option
            token.key                | ${env:NONE}          | token.key                | has no value on this worker
            """)
    void refuses(String option, String value, String reportedAt, String message) {
        Map<String, List<String>> errors = errors(Map.of(option, value));
        assertThat(errors).containsKey(reportedAt);
        assertThat(String.join("\n", errors.get(reportedAt))).contains(message);
        assertThat(errors.toString()).as("a secret in a message").doesNotContain(TestTokens.SECRET);
    }

    @Test
    void refusesNoTokensUnlessThatIsWritten() {
        Map<String, String> empty = new HashMap<>();
        empty.put("token.key", null);
        assertThat(errors(empty).get("tokens").get(0)).contains("expected one of token.key and token.jwks");
        empty.put("tokens", "none");
        assertThat(errors(empty)).isEmpty();
    }
}
