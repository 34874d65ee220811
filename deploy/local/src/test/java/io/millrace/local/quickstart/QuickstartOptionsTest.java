package io.millrace.local.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuickstartOptionsTest {
    @Test
    void hasNoMetricsAndNoTrafficUnlessAskedFor() {
        QuickstartOptions options = QuickstartOptions.parse("--keep", "--dir", "there");

        assertThat(options.keep()).isTrue();
        assertThat(options.directory()).isEqualTo(Path.of("there"));
        assertThat(options.metrics()).isEmpty();
        assertThat(options.traffic()).isZero();
    }

    @Test
    void readsNumbers() {
        QuickstartOptions options = QuickstartOptions.parse("--metrics", "9404", "--traffic", "20");

        assertThat(options.metrics()).hasValue(9404);
        assertThat(options.traffic()).isEqualTo(20);
    }

    @Test
    void limitsTheEventsOfATopicAlone() {
        QuickstartOptions options = QuickstartOptions.parse("topic", "shop.orders", "--max", "3");

        assertThat(options.topic()).hasValue("shop.orders");
        assertThat(options.max()).hasValue(3);
        assertThat(QuickstartOptions.parse("topic", "shop.orders").max()).isEmpty();
        assertThatThrownBy(() -> QuickstartOptions.parse("--once", "--max", "3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--max");
    }

    @Test
    void stopsKafkaForAMinuteUnlessAskedForAnotherTime() {
        assertThat(QuickstartOptions.parse().outage()).isEmpty();
        assertThat(QuickstartOptions.parse("outage").outage()).hasValue(Duration.ofSeconds(60));
        assertThat(QuickstartOptions.parse("outage", "--seconds", "15", "--dir", "there")
                        .outage())
                .hasValue(Duration.ofSeconds(15));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--seconds 15", "outage --keep", "outage --once", "outage --traffic 2", "outage topic x"})
    void refusesWhatIsNotForAnOutage(String arguments) {
        assertThatThrownBy(() -> QuickstartOptions.parse(arguments.split(" ", -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("outage");
    }

    @Test
    void importsContactsOnceOrUntilItIsStopped() {
        assertThat(QuickstartOptions.parse().contactsImport()).isFalse();
        assertThat(QuickstartOptions.parse("import").once()).isFalse();
        assertThat(QuickstartOptions.parse("import", "--once", "--dir", "there").contactsImport())
                .isTrue();
        assertThat(QuickstartOptions.parse("import").twoClusters()).isFalse();
        assertThat(QuickstartOptions.parse("import", "--two-clusters").twoClusters())
                .isTrue();
        assertThatThrownBy(() -> QuickstartOptions.parse("--once", "--two-clusters"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--two-clusters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"import --keep", "import --no-page", "import --configs x", "import topic x", "import outage"})
    void refusesWhatIsNotForAnImport(String arguments) {
        assertThatThrownBy(() -> QuickstartOptions.parse(arguments.split(" ", -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes --");
    }

    @ParameterizedTest
    @CsvSource({
        "--max, 0",
        "--seconds, 601",
        "--metrics, 0",
        "--metrics, 65536",
        "--metrics, port",
        "--traffic, -1",
        "--traffic, 1001",
        "--traffic, ''"
    })
    void refusesWhatIsNoSuchNumber(String option, String value) {
        assertThatThrownBy(() -> QuickstartOptions.parse(option, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(option);
    }
}
