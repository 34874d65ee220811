package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.Campaign;
import io.millrace.testing.campaigns.CampaignOptions;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The command {@code it-tests/faults}, whose usage is in that file. */
final class CampaignMain {
    private static final String DATABASE = "--database";
    private static final String GUARANTEE = "--guarantee";

    private CampaignMain() {}

    public static void main(String... arguments) throws Exception {
        CampaignOptions options;
        List<Fault<Scene>> kinds;
        Guarantee guarantee;
        try {
            options = CampaignOptions.parse(
                    Map.of(DATABASE, "mysql", GUARANTEE, Guarantee.EXACTLY_ONCE.option()), arguments);
            guarantee = Guarantee.parse(options.others().get(GUARANTEE));
            kinds = options.choose(SinkFaults.ALL);
        } catch (IllegalArgumentException e) {
            System.err.println("faults: " + e.getMessage() + " (try --help)");
            System.exit(2);
            return;
        }
        System.out.println("seed " + options.seed());
        Random random = new Random(options.seed());
        boolean right;
        try (SinkSubject subject = SinkSubject.start(
                ServerDirectories.newDirectory("faults"), options.others().get(DATABASE), guarantee, random)) {
            Campaign<Scene> campaign = new Campaign<>(subject, random, System.out::println);
            try {
                options.play(campaign, subject.selectPossible(kinds));
            } finally {
                System.out.println(subject.effort());
                System.out.println(campaign.summary());
            }
            right = campaign.isRight();
        }
        System.exit(right ? 0 : 1);
    }
}
