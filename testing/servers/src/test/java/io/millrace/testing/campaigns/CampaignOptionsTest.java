package io.millrace.testing.campaigns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CampaignOptionsTest {
    private static final Map<String, String> OWN = Map.of("--database", "mysql");
    private static final Fault<Object> KILLED = new Fault<>("killed", scene -> "");
    private static final Fault<Object> SUSPENDED = new Fault<>("suspended", scene -> "");

    @Test
    void playsRoundsOfAllKindsWithoutArguments() {
        CampaignOptions options = CampaignOptions.parse(OWN);

        assertThat(options.rounds()).isPositive();
        assertThat(options.time()).isEmpty();
        assertThat(options.others()).isEqualTo(OWN);
        assertThat(options.choose(List.of(KILLED, SUSPENDED))).containsExactly(KILLED, SUSPENDED);
    }

    @Test
    void takesEveryArgument() {
        CampaignOptions options = CampaignOptions.parse(
                OWN, "--rounds", "3", "--minutes", "1.5", "--seed", "-7", "--only", "suspended", "--database", "other");

        assertThat(options.rounds()).isEqualTo(3);
        assertThat(options.time()).contains(Duration.ofSeconds(90));
        assertThat(options.seed()).isEqualTo(-7);
        assertThat(options.others()).containsEntry("--database", "other");
        assertThat(options.choose(List.of(KILLED, SUSPENDED))).containsExactly(SUSPENDED);
    }

    @Test
    void refusesWhatItDoesNotHave() {
        assertThatThrownBy(() -> CampaignOptions.parse(OWN, "--server", "x")).hasMessageContaining("--server");
        assertThatThrownBy(() -> CampaignOptions.parse(OWN, "--seed")).hasMessage("--seed needs a value");
        assertThatThrownBy(() -> CampaignOptions.parse(OWN, "--only", "lost").choose(List.of(KILLED)))
                .hasMessage("There is no fault lost; there are [killed]");
    }
}
