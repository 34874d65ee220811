package io.millrace.connectors.projection.faults;

import io.millrace.testing.servers.ServerDirectories;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The command {@code it-tests/faults}, whose usage is in that file. */
final class CampaignMain {
    private CampaignMain() {}

    public static void main(String... arguments) throws Exception {
        int rounds = 20;
        String database = "mysql";
        long seed = new Random().nextLong();
        List<Fault> kinds = new ArrayList<>(Fault.all());
        try {
            for (int i = 0; i < arguments.length; i += 2) {
                if (i + 1 == arguments.length) {
                    throw new IllegalArgumentException(arguments[i] + " needs a value");
                }
                String value = arguments[i + 1];
                switch (arguments[i]) {
                    case "--rounds" -> rounds = Integer.parseInt(value);
                    case "--database" -> database = value;
                    case "--seed" -> seed = Long.parseLong(value);
                    case "--only" -> {
                        kinds.clear();
                        Arrays.stream(value.split(",", -1)).map(Fault::named).forEach(kinds::add);
                    }
                    default -> throw new IllegalArgumentException("Not understood: " + arguments[i]);
                }
            }
        } catch (IllegalArgumentException e) {
            System.err.println("faults: " + e.getMessage() + " (try --help)");
            System.exit(2);
        }
        System.out.println("seed " + seed);
        boolean right;
        try (Campaign campaign =
                Campaign.start(ServerDirectories.newDirectory("faults"), database, seed, CampaignMain::print)) {
            try {
                campaign.play(rounds, campaign.possible(kinds));
            } finally {
                System.out.println(campaign.effort());
                System.out.println(campaign.summary());
            }
            right = campaign.isRight();
        }
        System.exit(right ? 0 : 1);
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
