package io.millrace.local.quickstart;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The command line of the quickstart.
 *
 * @param once whether to check the views and end
 * @param keep whether to use the data of the last start
 * @param directory the directory of all files that the quickstart writes
 * @param configs the folder of connector configurations to post; empty for the project's own
 * @param metrics the port of 127.0.0.1 at which Prometheus can scrape the worker; empty for none
 * @param traffic how many transactions a second are committed once the views were checked; 0 for none
 * @param page whether there is a page in the browser
 * @param topic the topic to show of a quickstart that runs already; empty for a start
 * @param max how many events of the topic are shown; empty for no limit
 * @param outage for how long Kafka is stopped; empty for a start without an outage
 * @param contactsImport whether the contacts import is run in place of the shop
 * @param twoClusters whether a second data centre with a Kafka cluster of its own takes a part of the import
 */
record QuickstartOptions(
        boolean once,
        boolean keep,
        Path directory,
        Optional<Path> configs,
        OptionalInt metrics,
        int traffic,
        boolean page,
        Optional<String> topic,
        OptionalInt max,
        Optional<Duration> outage,
        boolean contactsImport,
        boolean twoClusters) {
    private static final int HIGHEST_PORT = 65_535;
    private static final int MOST_TRAFFIC = 1_000;
    private static final int MOST_EVENTS = 1_000_000;
    private static final int USUAL_OUTAGE_SECONDS = 60;
    private static final int LONGEST_OUTAGE_SECONDS = 600;

    /**
     * @throws IllegalArgumentException if an argument is invalid; the message names it
     */
    static QuickstartOptions parse(String... arguments) {
        boolean once = false;
        boolean keep = false;
        Path directory = Path.of(".quickstart");
        Path configs = null;
        OptionalInt metrics = OptionalInt.empty();
        int traffic = 0;
        boolean page = true;
        String topic = null;
        OptionalInt max = OptionalInt.empty();
        boolean outage = false;
        OptionalInt seconds = OptionalInt.empty();
        boolean contactsImport = false;
        boolean twoClusters = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--once" -> once = true;
                case "--keep" -> keep = true;
                case "--dir" -> directory = Path.of(value(arguments, ++i));
                case "--configs" -> configs = Path.of(value(arguments, ++i));
                case "--metrics" -> metrics = OptionalInt.of(number(arguments, ++i, HIGHEST_PORT));
                case "--traffic" -> traffic = number(arguments, ++i, MOST_TRAFFIC);
                case "--no-page" -> page = false;
                case "topic" -> topic = value(arguments, ++i);
                case "--max" -> max = OptionalInt.of(number(arguments, ++i, MOST_EVENTS));
                case "outage" -> outage = true;
                case "import" -> contactsImport = true;
                case "--two-clusters" -> twoClusters = true;
                case "--seconds" -> seconds = OptionalInt.of(number(arguments, ++i, LONGEST_OUTAGE_SECONDS));
                default -> throw new IllegalArgumentException("Not understood: " + arguments[i] + " (try --help)");
            }
        }
        if (max.isPresent() && topic == null) {
            throw new IllegalArgumentException("--max is for the events of a topic (try --help)");
        }
        if (seconds.isPresent() && !outage) {
            throw new IllegalArgumentException("--seconds is for an outage (try --help)");
        }
        if (twoClusters && !contactsImport) {
            throw new IllegalArgumentException("--two-clusters is for an import (try --help)");
        }
        if (outage
                && (once || keep || configs != null || metrics.isPresent() || traffic > 0 || !page || topic != null)) {
            throw new IllegalArgumentException("outage takes --seconds and --dir alone (try --help)");
        }
        if (contactsImport
                && (keep
                        || configs != null
                        || metrics.isPresent()
                        || traffic > 0
                        || !page
                        || topic != null
                        || outage)) {
            throw new IllegalArgumentException("import takes --once, --two-clusters and --dir alone (try --help)");
        }
        return new QuickstartOptions(
                once,
                keep,
                directory,
                Optional.ofNullable(configs),
                metrics,
                traffic,
                page,
                Optional.ofNullable(topic),
                max,
                outage ? Optional.of(Duration.ofSeconds(seconds.orElse(USUAL_OUTAGE_SECONDS))) : Optional.empty(),
                contactsImport,
                twoClusters);
    }

    private static int number(String[] arguments, int index, int highest) {
        String value = value(arguments, index);
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            number = 0;
        }
        if (number < 1 || number > highest) {
            throw new IllegalArgumentException(
                    arguments[index - 1] + " takes a number from 1 to " + highest + ", and not " + value);
        }
        return number;
    }

    private static String value(String[] arguments, int index) {
        if (index == arguments.length) {
            throw new IllegalArgumentException(arguments[index - 1] + " needs a value (try --help)");
        }
        return arguments[index];
    }
}
