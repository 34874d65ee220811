package io.millrace.connectors.event.faults;

import io.millrace.testing.campaigns.Campaign;
import io.millrace.testing.campaigns.CampaignOptions;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The command {@code it-tests/source-faults}, whose usage is in that file. */
final class CampaignMain {
    private static final String DATABASE = "--database";

    private CampaignMain() {}

    public static void main(String... arguments) throws Exception {
        CampaignOptions options;
        CampaignDatabase database;
        List<Fault<Scene>> kinds;
        try {
            options = CampaignOptions.parse(Map.of(DATABASE, CampaignDatabase.MYSQL.option()), arguments);
            database = CampaignDatabase.parse(options.others().get(DATABASE));
            kinds = options.choose(database.faults());
        } catch (IllegalArgumentException e) {
            System.err.println("source-faults: " + e.getMessage() + " (try --help)");
            System.exit(2);
            return;
        }
        System.out.println("seed " + options.seed());
        Random random = new Random(options.seed());
        boolean right;
        try (SourceSubject subject =
                SourceSubject.start(database, ServerDirectories.newDirectory("source-faults"), random)) {
            Campaign<Scene> campaign = new Campaign<>(subject, random, System.out::println);
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
