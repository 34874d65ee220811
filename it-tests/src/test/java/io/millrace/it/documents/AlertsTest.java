package io.millrace.it.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What Prometheus itself says of the alerts, where its promtool is on the PATH. */
class AlertsTest {
    @Test
    void prometheusReadsTheRules() throws Exception {
        assertThat(promtool("check", "rules", "alerts.yaml")).contains("SUCCESS");
    }

    @Test
    void eachAlertFiresWhereItShouldAndNowhereElse() throws Exception {
        assertThat(promtool("test", "rules", "alerts-test.yaml")).contains("SUCCESS");
    }

    @Test
    void eachAlertIsTested() throws Exception {
        Set<String> fires = new TreeSet<>();
        Set<String> isQuiet = new TreeSet<>();
        for (JsonNode test : Observability.alertTests()) {
            for (JsonNode moment : test.path("alert_rule_test")) {
                (moment.path("exp_alerts").isEmpty() ? isQuiet : fires)
                        .add(moment.path("alertname").asText());
            }
        }
        Set<String> alerts = new TreeSet<>();
        Observability.alerts().forEach(alert -> alerts.add(alert.path("alert").asText()));
        assertThat(fires).isEqualTo(alerts);
        assertThat(isQuiet).isEqualTo(alerts);
    }

    /** What it prints; the test is skipped where there is none, and fails where it does not exit with 0. */
    private static String promtool(String... arguments) throws Exception {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool"))),
                "There is no promtool on this machine");
        ProcessBuilder command = new ProcessBuilder("promtool");
        command.command().addAll(Arrays.asList(arguments));
        Process process = command.directory(Observability.FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
