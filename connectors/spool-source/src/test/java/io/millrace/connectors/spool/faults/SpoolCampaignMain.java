package io.millrace.connectors.spool.faults;

import io.millrace.testing.campaigns.Campaign;
import io.millrace.testing.campaigns.CampaignOptions;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The command {@code it-tests/spool-faults}, whose usage is in that file. */
final class SpoolCampaignMain {
    private static final String BROKERS = "--brokers";

    private SpoolCampaignMain() {}

    public static void main(String... arguments) throws Exception {
        CampaignOptions options;
        List<Fault<SpoolScene>> kinds;
        int brokers;
        try {
            options = CampaignOptions.parse(Map.of(BROKERS, "1"), arguments);
            brokers = Integer.parseInt(options.others().get(BROKERS));
            kinds = options.choose(brokers > 1 ? LeaderFaults.ALL : SpoolFaults.ALL);
        } catch (IllegalArgumentException e) {
            System.err.println("spool-faults: " + e.getMessage() + " (try --help)");
            System.exit(2);
            return;
        }
        System.out.println("seed " + options.seed());
        Random random = new Random(options.seed());
        boolean right;
        try (SpoolSubject subject = SpoolSubject.start(ServerDirectories.newDirectory("spool-faults"), brokers)) {
            Campaign<SpoolScene> campaign = new Campaign<>(subject, random, System.out::println);
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
