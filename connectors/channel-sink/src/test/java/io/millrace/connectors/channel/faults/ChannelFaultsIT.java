package io.millrace.connectors.channel.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Seeds;
import io.millrace.testing.campaigns.Campaign;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A campaign of a few rounds; {@code it-tests/channel-faults} plays long ones with all kinds. */
class ChannelFaultsIT {
    private static final List<String> KINDS = List.of("connections-cut", "gateway-killed");

    @Test
    void everyClientHasWhatTheTopicHasAfterEveryFault() throws Exception {
        Random random = new Random(Seeds.next());
        try (ChannelSubject subject = ChannelSubject.start(ServerDirectories.newDirectory("channel-faults"), random)) {
            Campaign<ChannelScene> campaign = new Campaign<>(subject, random, System.out::println);
            for (String kind : KINDS) {
                campaign.playRound(Fault.find(ChannelFaults.ALL, kind));
                assertThat(campaign.isRight()).as(kind).isTrue();
            }
            assertThat(campaign.summary())
                    .isEqualTo("faults " + KINDS.size() + " lost 0 repeated 0 reordered 0 wrong 0");
            // Nothing has left the histories, so a client that is not recovered would load its state for nothing.
            assertThat(subject.tally().recovered).isPositive();
            assertThat(subject.tally().notRecovered).isZero();
        }
    }
}
