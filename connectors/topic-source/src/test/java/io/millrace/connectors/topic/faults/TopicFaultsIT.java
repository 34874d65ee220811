package io.millrace.connectors.topic.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Seeds;
import io.millrace.testing.campaigns.Campaign;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A campaign of a few rounds; {@code it-tests/topic-faults} plays long ones with all kinds. */
class TopicFaultsIT {
    private static final List<String> KINDS = List.of("worker-killed", "partitions-added", "offsets-patched");

    @Test
    void everyRecordIsWrittenOnceAfterEveryFault() throws Exception {
        Random random = new Random(Seeds.next());
        try (TopicSubject subject = TopicSubject.start(ServerDirectories.newDirectory("topic-faults"), random)) {
            Campaign<TopicScene> campaign = new Campaign<>(subject, random, System.out::println);
            for (String kind : KINDS) {
                campaign.playRound(Fault.find(TopicFaults.ALL, kind));
                assertThat(campaign.isRight()).as(kind).isTrue();
            }
            assertThat(campaign.summary()).isEqualTo("faults " + KINDS.size() + " lost 0 duplicated 0");
        }
    }
}
