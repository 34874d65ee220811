package io.millrace.tools.status;

import java.util.List;
import java.util.regex.Pattern;

/** The line of a failed task's stack trace that has the reason. */
final class FailureText {
    private static final Pattern CLASS_NAME = Pattern.compile("^(?:[a-z][\\w]*\\.)+([A-Z][\\w$]*)");
    private static final String CAUSED_BY = "Caused by: ";
    /** Messages of Connect's own exceptions around the reason. */
    private static final List<String> WRAPPERS = List.of(
            "Exiting WorkerSinkTask due to unrecoverable exception",
            "Tolerance exceeded in error handler",
            "Unrecoverable exception from producer send callback",
            "An exception occurred in the change event producer");

    private FailureText() {}

    /** The first exception that is not one of Connect's or Debezium's wrappers, with the simple name of its class. */
    static String of(String trace) {
        List<String> exceptions = trace.lines()
                .map(line -> line.startsWith(CAUSED_BY) ? line.substring(CAUSED_BY.length()) : line)
                .filter(line -> CLASS_NAME.matcher(line).find())
                .toList();
        String reason = exceptions.stream()
                .filter(line -> WRAPPERS.stream().noneMatch(line::contains))
                .findFirst()
                .orElseGet(() -> trace.lines().findFirst().orElse("no reason"));
        return CLASS_NAME.matcher(reason).replaceFirst("$1").strip();
    }
}
