package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LoggingSettingsTest {
    @Test
    void aLevelForAllAndLevelsForSome() throws SettingsException {
        Map<String, String> settings = LoggingSettings.of(Map.of(
                "CONNECT_LOG4J_ROOT_LOGLEVEL",
                "warn",
                "CONNECT_LOG4J_LOGGERS",
                "io.millrace=DEBUG, io.debezium=error"));

        assertThat(settings)
                .containsEntry("rootLogger.level", "WARN")
                .containsEntry("logger.0.name", "io.millrace")
                .containsEntry("logger.0.level", "DEBUG")
                .containsEntry("logger.1.name", "io.debezium")
                .containsEntry("logger.1.level", "ERROR");
    }

    @Test
    void namesALevelThatThereIsNot() {
        assertThatThrownBy(() -> LoggingSettings.of(Map.of("CONNECT_LOG4J_ROOT_LOGLEVEL", "LOUD")))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("CONNECT_LOG4J_ROOT_LOGLEVEL has the level \"LOUD\";");
    }

    @Test
    void namesALoggerWithoutALevel() {
        assertThatThrownBy(() -> LoggingSettings.of(Map.of("CONNECT_LOG4J_LOGGERS", "io.millrace")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("\"io.millrace\"");
    }
}
