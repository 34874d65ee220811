package io.millrace.connectors.projection.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Seeds;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A short campaign; {@code it-tests/faults} plays long ones. */
class FaultsIT {
    private static final List<String> KINDS = List.of(
            "worker-suspended",
            "deadlock",
            "views-killed",
            "views-disk-full",
            "worker-suspended-in-transaction",
            "broker-killed");

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "postgresql"})
    void everyRowIsRightAfterEveryFault(String database) throws Exception {
        try (Campaign campaign =
                Campaign.start(ServerDirectories.newDirectory("faults"), database, Seeds.next(), FaultsIT::print)) {
            List<Fault> kinds =
                    campaign.possible(KINDS.stream().map(Fault::named).toList());
            for (Fault kind : kinds) {
                campaign.play(kind);
                assertThat(campaign.isRight()).as(kind.name()).isTrue();
            }
            assertThat(campaign.summary()).isEqualTo("faults " + kinds.size() + " lost 0 duplicated 0 regressed 0");
        }
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
