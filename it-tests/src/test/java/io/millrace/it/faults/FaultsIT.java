package io.millrace.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.Seeds;
import io.millrace.it.TestPipeline;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A short campaign; {@code it-tests/faults} plays long ones. */
class FaultsIT {
    private static final List<String> KINDS = List.of(
            "worker-suspended",
            "deadlock",
            "views-killed",
            "views-disk-full",
            "worker-suspended-in-transaction",
            "broker-killed");

    @Test
    void everyRowIsRightAfterEveryFault() throws Exception {
        try (Campaign campaign = Campaign.start(TestPipeline.newDirectory("faults"), Seeds.next(), FaultsIT::print)) {
            for (String kind : KINDS) {
                campaign.play(Fault.named(kind));
                assertThat(campaign.isRight()).as(kind).isTrue();
            }
            assertThat(campaign.summary()).isEqualTo("faults " + KINDS.size() + " lost 0 duplicated 0 regressed 0");
        }
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
