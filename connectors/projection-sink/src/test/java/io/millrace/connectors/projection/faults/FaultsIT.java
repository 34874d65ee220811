package io.millrace.connectors.projection.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Seeds;
import io.millrace.testing.campaigns.Campaign;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A campaign of a few rounds on each database; {@code it-tests/faults} plays long ones with all kinds. */
class FaultsIT {
    private static final List<String> KINDS = List.of("deadlock", "views-killed", "worker-suspended-in-transaction");

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "postgresql"})
    void everyRowIsRightAfterEveryFault(String database) throws Exception {
        Random random = new Random(Seeds.next());
        boolean holdsKeys = random.nextBoolean();
        try (SinkSubject subject = SinkSubject.start(
                ServerDirectories.newDirectory("faults"), database, Guarantee.EXACTLY_ONCE, holdsKeys, random)) {
            Campaign<Scene> campaign = new Campaign<>(subject, random, System.out::println);
            List<Fault<Scene>> kinds = subject.selectPossible(
                    KINDS.stream().map(kind -> Fault.find(SinkFaults.ALL, kind)).toList());
            for (Fault<Scene> kind : kinds) {
                campaign.playRound(kind);
                assertThat(campaign.isRight()).as(kind.name()).isTrue();
            }
            assertThat(campaign.summary()).isEqualTo("faults " + kinds.size() + " lost 0 duplicated 0 regressed 0");
        }
    }
}
