package io.millrace.testing.campaigns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CampaignTest {
    private static final List<Fault<List<String>>> KINDS = List.of(
            new Fault<>("killed", scene -> strike(scene, "killed")),
            new Fault<>("suspended", scene -> strike(scene, "suspended")));

    private final List<String> struck = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private int wrongFrom = Integer.MAX_VALUE;

    private static String strike(List<String> scene, String name) {
        scene.add(name);
        return "a server";
    }

    /** A subject that is wrong from some round on. */
    private final class Subject implements CampaignSubject<List<String>> {
        private boolean loaded;

        @Override
        public List<String> scene() {
            assertThat(loaded).as("faults strike under load").isTrue();
            return struck;
        }

        @Override
        public void startLoad() {
            loaded = true;
        }

        @Override
        public void awaitLoad() {
            assertThat(loaded).isTrue();
        }

        @Override
        public void pauseLoad() {
            loaded = false;
        }

        @Override
        public void awaitServers() {}

        @Override
        public Optional<String> findBacklog() {
            return Optional.empty();
        }

        @Override
        public List<Discrepancy> findDiscrepancies() {
            assertThat(loaded).as("the state is compared at rest").isFalse();
            return struck.size() < wrongFrom
                    ? List.of()
                    : List.of(new Discrepancy(Discrepancy.Kind.LOST, "row 7: is null and should be 8"));
        }

        @Override
        public String size() {
            return "3 rows";
        }

        @Override
        public String effort() {
            return "";
        }

        @Override
        public void close() {}
    }

    private Campaign<List<String>> campaign() {
        return new Campaign<>(new Subject(), new Random(1), lines::add);
    }

    @Test
    void everyKindStrikesOnceBeforeAnyStrikesAgain() throws Exception {
        Campaign<List<String>> campaign = campaign();
        campaign.playRounds(4, KINDS);

        assertThat(struck.subList(0, 2)).containsExactlyInAnyOrder("killed", "suspended");
        assertThat(struck.subList(2, 4)).containsExactlyInAnyOrder("killed", "suspended");
        assertThat(campaign.isRight()).isTrue();
        assertThat(campaign.summary()).isEqualTo("faults 4 lost 0 duplicated 0 regressed 0");
        assertThat(lines.get(0)).contains("round 1: ", " (a server), settled in ", "3 rows: lost 0");
    }

    @Test
    void endsWithTheRoundThatIsWrong() throws Exception {
        wrongFrom = 2;
        Campaign<List<String>> campaign = campaign();
        campaign.playRounds(10, KINDS);

        assertThat(campaign.isRight()).isFalse();
        assertThat(campaign.summary()).isEqualTo("faults 2 lost 1 duplicated 0 regressed 0");
        assertThat(lines).last().isEqualTo("  LOST row 7: is null and should be 8");
    }

    @Test
    void playsForSomeTime() throws Exception {
        Campaign<List<String>> campaign = campaign();
        campaign.playFor(Duration.ZERO, KINDS);

        assertThat(struck).hasSize(1);
    }
}
