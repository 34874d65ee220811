package io.millrace.testing.campaigns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class CampaignTest {
    private static final List<Fault<List<String>>> KINDS = List.of(
            new Fault<>("killed", scene -> strike(scene, "killed")),
            new Fault<>("suspended", scene -> strike(scene, "suspended")));

    private final List<String> struck = new CopyOnWriteArrayList<>();
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
        public List<String> scene(Random details) {
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
        public List<Discrepancy.Kind> discrepancyKinds() {
            return List.of(Discrepancy.Kind.LOST, Discrepancy.Kind.OUT_OF_ORDER);
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
        assertThat(campaign.summary()).isEqualTo("faults 4 lost 0 out of order 0");
        assertThat(lines.get(0)).contains("round 1: ", " (a server), settled in ", "3 rows: lost 0 out of order 0");
    }

    @Test
    void endsWithTheRoundThatIsWrong() throws Exception {
        wrongFrom = 2;
        Campaign<List<String>> campaign = campaign();
        campaign.playRounds(10, KINDS);

        assertThat(campaign.isRight()).isFalse();
        assertThat(campaign.summary()).isEqualTo("faults 2 lost 1 out of order 0");
        assertThat(lines).last().isEqualTo("  LOST row 7: is null and should be 8");
    }

    @Test
    void twoKindsWithoutACommonPartStrikeTogetherInSomeRounds() throws Exception {
        List<Fault<List<String>>> kinds = List.of(
                new Fault<>("killed", Set.of("worker"), scene -> strike(scene, "killed")),
                new Fault<>("suspended", Set.of("worker"), scene -> strike(scene, "suspended")),
                new Fault<>("cut", Set.of("network"), scene -> strike(scene, "cut")),
                new Fault<>("reset", scene -> strike(scene, "reset")));
        Campaign<List<String>> campaign = campaign();
        campaign.playRounds(40, kinds);

        List<String> two = lines.stream()
                .filter(line -> line.contains(" with ") || line.contains(" then "))
                .toList();
        assertThat(two).hasSizeBetween(2, 20).allMatch(line -> line.contains("cut") && !line.contains("reset"));
        assertThat(two).anyMatch(line -> line.contains(" with ")).anyMatch(line -> line.contains(" then "));
        assertThat(struck).hasSize(40 + two.size());
        assertThat(campaign.summary()).isEqualTo("faults 40 lost 0 out of order 0");
    }

    @Test
    void whatFailsInTheSecondOfTwoFaultsEndsTheCampaign() {
        Fault<List<String>> failing = new Fault<>("failing", Set.of("network"), scene -> {
            throw new IllegalStateException("not healed");
        });
        Fault<List<String>> killed = new Fault<>("killed", Set.of("worker"), scene -> strike(scene, "killed"));

        assertThatThrownBy(() -> campaign().playRound(killed, failing, true))
                .hasMessageContaining("The fault failing could not strike")
                .hasRootCauseMessage("not healed");
    }

    @Test
    void playsForSomeTime() throws Exception {
        Campaign<List<String>> campaign = campaign();
        campaign.playFor(Duration.ZERO, KINDS);

        assertThat(struck).hasSize(1);
    }
}
