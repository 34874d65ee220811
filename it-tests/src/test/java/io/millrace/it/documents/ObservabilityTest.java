package io.millrace.it.documents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard and the alerts are whole; that their metrics are there is for {@link MetricNamesIT} to see. */
class ObservabilityTest {
    private static final Pattern LABEL = Pattern.compile("\\{\\{\\s*\\$?(?:labels\\.)?(\\w+)\\s*\\}\\}");
    private static final Set<String> FIELDS = Set.of("alert", "expr", "for", "labels", "annotations");

    @Test
    void panelsSayWhatTheyShowAndDoNotOverlap() throws IOException {
        Set<Integer> ids = new HashSet<>();
        Set<String> squares = new HashSet<>();
        for (JsonNode panel : Observability.dashboard().path("panels")) {
            assertThat(ids.add(panel.path("id").asInt())).as("%s", panel).isTrue();
            JsonNode place = panel.path("gridPos");
            for (int x = 0; x < place.path("w").asInt(); x++) {
                for (int y = 0; y < place.path("h").asInt(); y++) {
                    int column = place.path("x").asInt() + x;
                    assertThat(column).isLessThan(24);
                    assertThat(squares.add(column + "," + (place.path("y").asInt() + y)))
                            .as("%s", panel.path("title"))
                            .isTrue();
                }
            }
        }
        assertThat(Observability.panels()).hasSizeGreaterThan(20).allSatisfy(panel -> {
            assertThat(panel.path("title").asText()).isNotBlank();
            assertThat(panel.path("description").asText()).isNotBlank();
            assertThat(panel.path("targets")).isNotEmpty();
        });
    }

    @Test
    void alertsSayWhatIsWrong() throws IOException {
        assertThat(Observability.alerts()).hasSizeGreaterThan(10).allSatisfy(alert -> {
            alert.fieldNames().forEachRemaining(field -> assertThat(FIELDS).contains(field));
            assertThat(alert.path("labels").path("severity").asText()).isIn("critical", "warning");
            assertThat(alert.path("annotations").path("summary").asText()).isNotBlank();
            assertThat(alert.path("annotations").path("description").asText()).isNotBlank();
        });
    }

    @Test
    void textsNameLabelsThatTheirExpressionsKeep() throws IOException {
        for (JsonNode panel : Observability.panels()) {
            for (JsonNode target : panel.path("targets")) {
                assertLabels(
                        target.path("legendFormat").asText(),
                        target.path("expr").asText());
            }
        }
        for (JsonNode alert : Observability.alerts()) {
            assertLabels(
                    alert.path("annotations").toString(), alert.path("expr").asText());
        }
    }

    @Test
    void expressionsAreWhole() throws IOException {
        for (Map.Entry<String, String> expression : Observability.expressions().entrySet()) {
            for (String pair : Set.of("()", "[]", "{}")) {
                assertThat(expression
                                .getValue()
                                .chars()
                                .filter(c -> c == pair.charAt(0))
                                .count())
                        .as(expression.getKey())
                        .isEqualTo(expression
                                .getValue()
                                .chars()
                                .filter(c -> c == pair.charAt(1))
                                .count());
            }
            assertThat(PromQl.parse(expression.getValue()).metrics())
                    .as(expression.getKey())
                    .isNotEmpty();
        }
    }

    @Test
    void expressionsAreReadAsPrometheusReadsThem() {
        PromQl read =
                PromQl.parse("sum by (a, b) (rate(x_total{c=~\"d and (e)\", f!=\"\"}[5m])) / on (a) y == 0 unless z");

        assertThat(read.metrics()).containsOnlyKeys("x_total", "y", "z");
        assertThat(read.metrics().get("x_total")).containsExactly("c", "f");
        assertThat(read.grouping()).containsExactly("a", "b");
    }

    @Test
    void theDocumentTellsOfEveryAlert() throws IOException {
        String document = Files.readString(DocumentsTest.PROJECT.resolve("docs/observability.md"));
        for (JsonNode alert : Observability.alerts()) {
            assertThat(document).contains("`" + alert.path("alert").asText() + "`");
        }
    }

    private static void assertLabels(String text, String expression) {
        Set<String> grouping = PromQl.parse(expression).grouping();
        LABEL.matcher(text)
                .results()
                .map(label -> label.group(1))
                .filter(label -> !label.equals("value"))
                .forEach(label -> assertThat(grouping).as(expression).contains(label));
    }
}
