package io.millrace.connectors.redrive.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Seeds;
import io.millrace.testing.campaigns.Campaign;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A campaign of a few rounds; {@code it-tests/redrive-faults} plays long ones with all kinds. */
class RedriveFaultsIT {
    private static final List<String> KINDS = List.of("worker-killed", "connector-stopped");

    @Test
    void everyEventTakesEffectOnceInOrderAfterEveryFault() throws Exception {
        Random random = new Random(Seeds.next());
        try (RedriveSubject subject = RedriveSubject.start(ServerDirectories.newDirectory("redrive-faults"), random)) {
            Campaign<RedriveScene> campaign = new Campaign<>(subject, random, System.out::println);
            for (String kind : KINDS) {
                campaign.playRound(Fault.find(RedriveFaults.ALL, kind));
                assertThat(campaign.isRight()).as(kind).isTrue();
            }
            assertThat(campaign.summary()).isEqualTo("faults " + KINDS.size() + " lost 0 duplicated 0 out of order 0");
        }
    }
}
