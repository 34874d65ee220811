package io.millrace.connectors.event.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Seeds;
import io.millrace.testing.campaigns.Campaign;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A campaign of a few rounds; {@code it-tests/source-faults} plays long ones with all kinds. */
class SourceFaultsIT {
    private static final List<String> KINDS = List.of("worker-killed", "columns-changed-behind", "snapshot-signalled");

    @Test
    void everyEventIsRightAfterEveryFault() throws Exception {
        Random random = new Random(Seeds.next());
        try (SourceSubject subject =
                SourceSubject.start(CampaignDatabase.MYSQL, ServerDirectories.newDirectory("source-faults"), random)) {
            Campaign<Scene> campaign = new Campaign<>(subject, random, System.out::println);
            for (String kind : KINDS) {
                campaign.playRound(Fault.find(CampaignDatabase.MYSQL.faults(), kind));
                assertThat(campaign.isRight()).as(kind).isTrue();
            }
            assertThat(campaign.summary())
                    .isEqualTo("faults " + KINDS.size() + " lost 0 duplicated 0 wrong 0 out of order 0");
        }
    }
}
