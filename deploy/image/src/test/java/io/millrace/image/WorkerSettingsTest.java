package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerSettingsTest {
    private static final String ADDRESS = "10.0.0.7";

    @ParameterizedTest
    @CsvSource({
        "CONNECT_OFFSET_FLUSH_INTERVAL_MS, offset.flush.interval.ms",
        "CONNECT_SOME__THING, some_thing",
        "CONNECT_SOME___THING, some-thing",
        "CONNECT_A_B__C___D, a.b_c-d",
        "CONNECT_PRODUCER_COMPRESSION_TYPE, producer.compression.type",
    })
    void aVariablesNameIsTheSettings(String variable, String setting) throws SettingsException {
        assertThat(settings(Map.of(variable, "17"))).containsEntry(setting, "17");
    }

    @Test
    void topicsAreNamedAfterTheGroup() throws SettingsException {
        assertThat(settings(Map.of()))
                .containsEntry("config.storage.topic", "shop-connect-configs")
                .containsEntry("offset.storage.topic", "shop-connect-offsets")
                .containsEntry("status.storage.topic", "shop-connect-status");
    }

    @Test
    void aVariableHasPrecedenceOverADefault() throws SettingsException {
        assertThat(settings(Map.of("CONNECT_CONFIG_STORAGE_TOPIC", "mine", "CONNECT_REST_ADVERTISED_HOST_NAME", "me")))
                .containsEntry("config.storage.topic", "mine")
                .containsEntry("rest.advertised.host.name", "me");
    }

    @Test
    void theOthersReachAWorkerByItsAddress() throws SettingsException {
        assertThat(settings(Map.of())).containsEntry("rest.advertised.host.name", ADDRESS);
    }

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(() -> WorkerSettings.of(Map.of(), ADDRESS))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("CONNECT_BOOTSTRAP_SERVERS and CONNECT_GROUP_ID are not set;");
        assertThatThrownBy(() -> settings(Map.of("CONNECT_GROUP_ID", " ")))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("CONNECT_GROUP_ID is not set;");
    }

    @Test
    void aStandaloneWorkerHasNoGroupAndIsReachedInItsContainerOnly() throws SettingsException {
        Map<String, String> standalone =
                Map.of("STANDALONE_CONNECTOR", "channels.json", "CONNECT_BOOTSTRAP_SERVERS", "kafka:9092");
        assertThat(WorkerSettings.of(standalone, ADDRESS))
                .containsEntry("listeners", "http://127.0.0.1:8083")
                .containsEntry("bootstrap.servers", "kafka:9092")
                .doesNotContainKeys("group.id", "config.storage.topic", "standalone.connector");
        assertThatThrownBy(() -> WorkerSettings.of(Map.of("STANDALONE_CONNECTOR", "channels.json"), ADDRESS))
                .isInstanceOf(SettingsException.class)
                .hasMessage("CONNECT_BOOTSTRAP_SERVERS is not set; give Kafka's addresses (host:port,...).");
        assertThat(settings(Map.of("STANDALONE_CONNECTOR", " "))).isEqualTo(settings(Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONNECT_LOG4J_ROOT_LOGLEVEL",
                "CONNECT_LOG4J_LOGGERS",
                "CONNECT_SERVICE_HOST",
                "CONNECT_SERVICE_PORT_HTTP",
                "CONNECT_PORT",
                "CONNECT_PORT_8083_TCP_ADDR",
                "PATH"
            })
    void takesNothingElseForASetting(String variable) throws SettingsException {
        assertThat(settings(Map.of(variable, "17"))).isEqualTo(settings(Map.of()));
    }

    @Test
    void connectorsCannotReadTheWorkersOwnVariables() throws SettingsException {
        Pattern readable = Pattern.compile(settings(Map.of()).get("config.providers.env.param.allowlist.pattern"));

        assertThat(new String[] {"SHOP_DATABASE_PASSWORD", "KAFKA_BOOTSTRAP_SERVERS", "AWS_REGION"})
                .allMatch(name -> readable.matcher(name).matches());
        assertThat(new String[] {
                    "CONNECT_SASL_JAAS_CONFIG", "KAFKA_OPTS", "KAFKA_BOOTSTRAP_SERVERS_KEY", "JAVA_TOOL_OPTIONS"
                })
                .noneMatch(name -> readable.matcher(name).matches());
    }

    private static Map<String, String> settings(Map<String, String> more) throws SettingsException {
        Map<String, String> environment =
                new HashMap<>(Map.of("CONNECT_BOOTSTRAP_SERVERS", "kafka:9092", "CONNECT_GROUP_ID", "shop-connect"));
        environment.putAll(more);
        return WorkerSettings.of(environment, ADDRESS);
    }
}
