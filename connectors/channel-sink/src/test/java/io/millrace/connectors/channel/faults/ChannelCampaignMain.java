package io.millrace.connectors.channel.faults;

import io.millrace.testing.campaigns.Campaign;
import io.millrace.testing.campaigns.CampaignOptions;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The command {@code it-tests/channel-faults}, whose usage is in that file. */
final class ChannelCampaignMain {
    private ChannelCampaignMain() {}

    public static void main(String... arguments) throws Exception {
        CampaignOptions options;
        List<Fault<ChannelScene>> kinds;
        try {
            options = CampaignOptions.parse(Map.of(), arguments);
            kinds = options.choose(ChannelFaults.ALL);
        } catch (IllegalArgumentException e) {
            System.err.println("channel-faults: " + e.getMessage() + " (try --help)");
            System.exit(2);
            return;
        }
        System.out.println("seed " + options.seed());
        Random random = new Random(options.seed());
        boolean right;
        try (ChannelSubject subject = ChannelSubject.start(ServerDirectories.newDirectory("channel-faults"), random)) {
            Campaign<ChannelScene> campaign = new Campaign<>(subject, random, System.out::println);
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
