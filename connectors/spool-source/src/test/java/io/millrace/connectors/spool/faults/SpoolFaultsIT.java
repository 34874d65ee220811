package io.millrace.connectors.spool.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Seeds;
import io.millrace.testing.campaigns.Campaign;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A campaign of a few rounds; {@code it-tests/spool-faults} plays long ones with all kinds. */
class SpoolFaultsIT {
    private static final List<String> KINDS = List.of("worker-killed", "service-killed-in-an-outage");

    @Test
    void everyAcknowledgedEventIsInKafkaOnceAndInOrderAfterEveryFault() throws Exception {
        Random random = new Random(Seeds.next());
        try (SpoolSubject subject = SpoolSubject.start(ServerDirectories.newDirectory("spool-faults"), 1)) {
            Campaign<SpoolScene> campaign = new Campaign<>(subject, random, System.out::println);
            for (String kind : KINDS) {
                campaign.playRound(Fault.find(SpoolFaults.ALL, kind));
                assertThat(campaign.isRight()).as(kind).isTrue();
            }
            assertThat(campaign.summary()).isEqualTo("faults " + KINDS.size() + " lost 0 repeated 0 overtaken 0");
        }
    }
}
