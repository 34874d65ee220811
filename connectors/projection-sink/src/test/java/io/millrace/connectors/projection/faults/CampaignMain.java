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
    private static final String HOLD = "--hold-key-order";
    private static final String DRAWN = "drawn";

    private CampaignMain() {}

    private static void requireHold(Guarantee guarantee, String hold) {
        if (!List.of("true", "false", DRAWN).contains(hold)) {
            throw new IllegalArgumentException(HOLD + ": expected true, false or " + DRAWN + ", found " + hold);
        }
        if (hold.equals("true") && !guarantee.keepsLedger()) {
            throw new IllegalArgumentException(
                    HOLD + " true needs " + GUARANTEE + " " + Guarantee.EXACTLY_ONCE.option());
        }
    }

    private static boolean holdsKeys(String hold, long seed) {
        return hold.equals(DRAWN) ? new Random(~seed).nextBoolean() : Boolean.parseBoolean(hold);
    }

    public static void main(String... arguments) throws Exception {
        CampaignOptions options;
        List<Fault<Scene>> kinds;
        Guarantee guarantee;
        try {
            options = CampaignOptions.parse(
                    Map.of(DATABASE, "mysql", GUARANTEE, Guarantee.EXACTLY_ONCE.option(), HOLD, DRAWN), arguments);
            guarantee = Guarantee.parse(options.others().get(GUARANTEE));
            requireHold(guarantee, options.others().get(HOLD));
            kinds = options.choose(SinkFaults.ALL);
        } catch (IllegalArgumentException e) {
            System.err.println("faults: " + e.getMessage() + " (try --help)");
            System.exit(2);
            return;
        }
        Random random = new Random(options.seed());
        boolean holdsKeys =
                guarantee.keepsLedger() && holdsKeys(options.others().get(HOLD), options.seed());
        System.out.println("seed " + options.seed() + ", hold.key.order=" + holdsKeys);
        boolean right;
        try (SinkSubject subject = SinkSubject.start(
                ServerDirectories.newDirectory("faults"),
                options.others().get(DATABASE),
                guarantee,
                holdsKeys,
                random)) {
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
