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
        try (SinkSubject subject = SinkSubject.start(ServerDirectories.newDirectory("faults"), database, random)) {
            Campaign<Scene> campaign = new Campaign<>(subject, random, System.out::println);
            for (String kind : KINDS) {
                campaign.playRound(Fault.find(SinkFaults.ALL, kind));
                assertThat(campaign.isRight()).as(kind).isTrue();
            }
            assertThat(campaign.summary()).isEqualTo("faults " + KINDS.size() + " lost 0 duplicated 0 regressed 0");
        }
    }
}
