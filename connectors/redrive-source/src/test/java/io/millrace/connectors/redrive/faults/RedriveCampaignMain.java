package io.millrace.connectors.redrive.faults;

import io.millrace.testing.campaigns.Campaign;
import io.millrace.testing.campaigns.CampaignOptions;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The command {@code it-tests/redrive-faults}, whose usage is in that file. */
final class RedriveCampaignMain {
    private RedriveCampaignMain() {}

    public static void main(String... arguments) throws Exception {
        CampaignOptions options;
        List<Fault<RedriveScene>> kinds;
        try {
            options = CampaignOptions.parse(Map.of(), arguments);
            kinds = options.choose(RedriveFaults.ALL);
        } catch (IllegalArgumentException e) {
            System.err.println("redrive-faults: " + e.getMessage() + " (try --help)");
            System.exit(2);
            return;
        }
        System.out.println("seed " + options.seed());
        Random random = new Random(options.seed());
        boolean right;
        try (RedriveSubject subject = RedriveSubject.start(ServerDirectories.newDirectory("redrive-faults"), random)) {
            Campaign<RedriveScene> campaign = new Campaign<>(subject, random, System.out::println);
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
