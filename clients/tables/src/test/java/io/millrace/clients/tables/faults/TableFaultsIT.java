package io.millrace.clients.tables.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Seeds;
import io.millrace.testing.campaigns.Campaign;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A campaign of a few rounds; {@code it-tests/table-faults} plays long ones with all kinds. */
class TableFaultsIT {
    private static final List<String> KINDS =
            List.of("transaction-committed-late", "reader-killed", "broker-killed", "topic-recreated-with-more");

    @Test
    void everyAnswerIsAValueThatTheKeyHad() throws Exception {
        Random random = new Random(Seeds.next());
        try (TableSubject subject = TableSubject.start(ServerDirectories.newDirectory("table-faults"), random)) {
            Campaign<TableScene> campaign = new Campaign<>(subject, random, System.out::println);
            for (String kind : KINDS) {
                campaign.playRound(Fault.find(TableFaults.ALL, kind));
                assertThat(campaign.isRight()).as(kind).isTrue();
            }
            assertThat(campaign.summary()).isEqualTo("faults " + KINDS.size() + " wrong 0 early 0");
        }
    }
}
