package io.millrace.connectors.schedule.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Seeds;
import io.millrace.testing.campaigns.Campaign;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A campaign of a few rounds; {@code it-tests/schedule-faults} plays long ones with all kinds. */
class ScheduleFaultsIT {
    private static final List<String> KINDS = List.of("worker-killed", "paused-without-broker");

    @Test
    void everyMessageIsSentOnceAndEveryReplyIsTrueAfterEveryFault() throws Exception {
        Random random = new Random(Seeds.next());
        try (ScheduleSubject subject =
                ScheduleSubject.start(ServerDirectories.newDirectory("schedule-faults"), random)) {
            Campaign<ScheduleScene> campaign = new Campaign<>(subject, random, System.out::println);
            for (String kind : KINDS) {
                campaign.playRound(Fault.find(ScheduleFaults.ALL, kind));
                assertThat(campaign.isRight()).as(kind).isTrue();
            }
            assertThat(campaign.summary()).isEqualTo("faults " + KINDS.size() + " lost 0 repeated 0 wrong 0");
        }
    }
}
