package io.millrace.it.runbook;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a document shows of a command's output. {@code …} stands for any text, such as ids, times and what is left out. White space
 * does not count, because the length of an id decides at which place a line is wrapped.
 */
record ShownOutput(String text) {
    private static final String LEFT_OUT = "…";
    private static final Pattern PROBLEMS = Pattern.compile("(?m)^\\d+ problems?[.:]$");

    /** Whether all of a command's output is as it is shown. */
    boolean matches(String output) {
        String parts = Stream.of(withoutSpace(text).split(LEFT_OUT, -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
        return Pattern.compile(parts).matcher(withoutSpace(output)).matches();
    }

    /** The exit code of the command: {@code check} and {@code status} end with 1 if they print problems. */
    int exitCode() {
        return PROBLEMS.matcher(text).find() ? 1 : 0;
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }
}
