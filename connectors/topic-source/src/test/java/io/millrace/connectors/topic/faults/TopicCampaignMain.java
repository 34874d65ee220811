package io.millrace.connectors.topic.faults;

import io.millrace.testing.campaigns.Campaign;
import io.millrace.testing.campaigns.CampaignOptions;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The command {@code it-tests/topic-faults}, whose usage is in that file. */
final class TopicCampaignMain {
    private TopicCampaignMain() {}

    public static void main(String... arguments) throws Exception {
        CampaignOptions options;
        List<Fault<TopicScene>> kinds;
        try {
            options = CampaignOptions.parse(Map.of(), arguments);
            kinds = options.choose(TopicFaults.ALL);
        } catch (IllegalArgumentException e) {
            System.err.println("topic-faults: " + e.getMessage() + " (try --help)");
            System.exit(2);
            return;
        }
        System.out.println("seed " + options.seed());
        Random random = new Random(options.seed());
        boolean right;
        try (TopicSubject subject = TopicSubject.start(ServerDirectories.newDirectory("topic-faults"), random)) {
            Campaign<TopicScene> campaign = new Campaign<>(subject, random, System.out::println);
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
