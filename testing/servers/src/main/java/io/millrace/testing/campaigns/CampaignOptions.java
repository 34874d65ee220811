package io.millrace.testing.campaigns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * The arguments of a campaign's command: {@code --rounds N}, {@code --minutes N}, {@code --seed S},
 * {@code --only NAME,NAME}, and options that one campaign has for itself.
 *
 * @param rounds how many rounds to play, unless there is a time
 * @param time how long to play
 * @param seed of everything random
 * @param names the kinds that strike; empty for all
 * @param others the values of the campaign's own options
 */
public record CampaignOptions(
        int rounds, Optional<Duration> time, long seed, List<String> names, Map<String, String> others) {
    private static final int USUAL_ROUNDS = 20;

    public CampaignOptions {
        names = List.copyOf(names);
        others = Map.copyOf(others);
    }

    /**
     * Parses the arguments.
     *
     * @param own the campaign's own options, each with the value that it has if it is not among the arguments
     * @throws IllegalArgumentException if an argument is unknown, or its value is missing or not a number
     */
    public static CampaignOptions parse(Map<String, String> own, String... arguments) {
        int rounds = USUAL_ROUNDS;
        Optional<Duration> time = Optional.empty();
        long seed = new Random().nextLong();
        List<String> names = new ArrayList<>();
        Map<String, String> others = new HashMap<>(own);
        for (int i = 0; i < arguments.length; i += 2) {
            String name = arguments[i];
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(name + " needs a value");
            }
            String value = arguments[i + 1];
            switch (name) {
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--minutes" -> time = Optional.of(Duration.ofMillis((long) (Double.parseDouble(value) * 60_000)));
                case "--seed" -> seed = Long.parseLong(value);
                case "--only" -> names.addAll(List.of(value.split(",", -1)));
                default -> {
                    if (!own.containsKey(name)) {
                        throw new IllegalArgumentException(
                                "Unknown argument " + name + "; there are --rounds, --minutes," + " --seed, --only and "
                                        + Set.copyOf(own.keySet()));
                    }
                    others.put(name, value);
                }
            }
        }
        return new CampaignOptions(rounds, time, seed, names, others);
    }

    /**
     * The kinds that these options choose.
     *
     * @throws IllegalArgumentException if an option names a kind that is not among them
     */
    public <S> List<Fault<S>> choose(List<Fault<S>> kinds) {
        return names.isEmpty()
                ? kinds
                : names.stream().map(name -> Fault.find(kinds, name)).toList();
    }

    /** Plays as many rounds, or for as long, as these options define. */
    public <S> void play(Campaign<S> campaign, List<Fault<S>> kinds) throws Exception {
        if (time.isPresent()) {
            campaign.playFor(time.get(), kinds);
        } else {
            campaign.playRounds(rounds, kinds);
        }
    }
}
