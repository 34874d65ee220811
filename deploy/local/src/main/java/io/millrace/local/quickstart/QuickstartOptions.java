package io.millrace.local.quickstart;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The command line of the quickstart.
 *
 * @param once whether to check the views and end
 * @param keep whether to go on with the data of the last start
 * @param directory where everything is that the quickstart writes
 * @param configs the folder of connector configurations to post; empty for the project's own
 * @param topic the topic to show of a quickstart that runs already; empty for a start
 */
record QuickstartOptions(boolean once, boolean keep, Path directory, Optional<Path> configs, Optional<String> topic) {
    /** @throws IllegalArgumentException where an argument is not understood; the message says which */
    static QuickstartOptions parse(String... arguments) {
        boolean once = false;
        boolean keep = false;
        Path directory = Path.of(".quickstart");
        Path configs = null;
        String topic = null;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--once" -> once = true;
                case "--keep" -> keep = true;
                case "--dir" -> directory = Path.of(value(arguments, ++i));
                case "--configs" -> configs = Path.of(value(arguments, ++i));
                case "topic" -> topic = value(arguments, ++i);
                default -> throw new IllegalArgumentException("Not understood: " + arguments[i] + " (try --help)");
            }
        }
        return new QuickstartOptions(once, keep, directory, Optional.ofNullable(configs), Optional.ofNullable(topic));
    }

    private static String value(String[] arguments, int index) {
        if (index == arguments.length) {
            throw new IllegalArgumentException(arguments[index - 1] + " needs a value (try --help)");
        }
        return arguments[index];
    }
}
