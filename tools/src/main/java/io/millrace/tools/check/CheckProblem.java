package io.millrace.tools.check;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something in a configuration that does not work.
 *
 * @param option the option
 * @param place the place in the option's value; empty if it is the whole value
 * @param problem what was expected and found
 * @param candidates similar names
 * @param remedy what to do; empty if the problem states it
 */
record CheckProblem(String option, String place, String problem, List<String> candidates, String remedy) {
    private static final Pattern INVALID =
            Pattern.compile("Invalid value .*? for configuration (\\S+?)(?:: (.*))?", Pattern.DOTALL);
    private static final Pattern MISSING =
            Pattern.compile("Missing required configuration \"(.*)\" which has no default value\\.");
    private static final Pattern PLACE = Pattern.compile(
            "((?:(?:rule|table) [^:]+: )?(?:'[a-z]+': )?(?:field '[^']*': )?(?:\".*\", line \\d+, column \\d+: )?)(.*)",
            Pattern.DOTALL);
    private static final Pattern CANDIDATES = Pattern.compile("(.*?)(?:; )?did you mean ('.*')\\?", Pattern.DOTALL);

    CheckProblem {
        candidates = List.copyOf(candidates);
    }

    /** A problem of the whole value. */
    static CheckProblem of(String option, String problem, List<String> candidates, String remedy) {
        return new CheckProblem(option, "", problem, candidates, remedy);
    }

    /** The problem that a plugin's own validation found. */
    static CheckProblem ofValidation(String option, String message) {
        Matcher missing = MISSING.matcher(message);
        if (missing.matches()) {
            return of(missing.group(1), "expected a value, found none", List.of(), "Set the option");
        }
        Matcher invalid = INVALID.matcher(message);
        String named = option;
        String reason = message;
        if (invalid.matches() && invalid.group(2) != null) {
            // A wrapped connector's error is under our option, and its message has its own option's name.
            named = invalid.group(1);
            reason = invalid.group(2);
        }
        Matcher placed = PLACE.matcher(reason);
        String place = "";
        if (placed.matches()) {
            place = placed.group(1).replaceAll(": $", "");
            reason = placed.group(2);
        }
        Matcher meant = CANDIDATES.matcher(reason);
        if (meant.matches()) {
            List<String> candidates = Arrays.stream(meant.group(2).split(" or ", -1))
                    .map(name -> name.replaceAll("^'|'$", ""))
                    .toList();
            return new CheckProblem(named, place, meant.group(1), candidates, "");
        }
        return new CheckProblem(named, place, reason, List.of(), "");
    }
}
