package io.millrace.clients.tables.faults;

import io.millrace.testing.campaigns.Campaign;
import io.millrace.testing.campaigns.CampaignOptions;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The command {@code it-tests/table-faults}, whose usage is in that file. */
final class TableCampaignMain {
    private TableCampaignMain() {}

    public static void main(String... arguments) throws Exception {
        CampaignOptions options;
        List<Fault<TableScene>> kinds;
        try {
            options = CampaignOptions.parse(Map.of(), arguments);
            kinds = options.choose(TableFaults.ALL);
        } catch (IllegalArgumentException e) {
            System.err.println("table-faults: " + e.getMessage() + " (try --help)");
            System.exit(2);
            return;
        }
        System.out.println("seed " + options.seed());
        Random random = new Random(options.seed());
        boolean right;
        try (TableSubject subject = TableSubject.start(ServerDirectories.newDirectory("table-faults"), random)) {
            Campaign<TableScene> campaign = new Campaign<>(subject, random, System.out::println);
            try {
                options.play(campaign, kinds);
            } finally {
                System.out.println(subject.effort());
                System.out.println(campaign.summary());
            }
            right = campaign.isRight();
        }
        System.exit(right ? 0 : 1);
    }
}
