package io.millrace.context;

import java.util.Map;

/**
 * Takes the values of headers from pairs in sqlcommenter's format.
 *
 * @param names the name of each header in the pairs
 * @param plus what a plus sign in a value is
 * @param limit the values that are valid
 * @param refused counts values that are not
 * @param place the place of the pairs, for the log
 */
record ContextPairs(Map<String, String> names, PlusSign plus, ValueLimit limit, RefusedValueLog refused, String place) {
    /** Adds the values of a text that is in the format, for the headers that have none yet. */
    void addTo(Map<String, String> values, String text) {
        if (text.length() > CommentSource.LONGEST_COMMENT) {
            refuseAll("it is longer than " + CommentSource.LONGEST_COMMENT + " characters");
            return;
        }
        SqlCommenter.parse(text, plus).ifPresent(pairs -> addTo(values, pairs));
    }

    /** Counts a value of each header as refused. */
    void refuseAll(String reason) {
        names.keySet().forEach(key -> refused.count(key, place, reason));
    }

    private void addTo(Map<String, String> values, SqlCommenter pairs) {
        names.forEach((key, name) -> {
            String value = pairs.values().get(name);
            if (pairs.refused().contains(name)) {
                refused.count(key, place, "'" + name + "' is a duplicate or is not percent-encoded UTF-8");
            } else if (value != null && !value.isEmpty() && !values.containsKey(key)) {
                limit.findObjection(key, value)
                        .ifPresentOrElse(reason -> refused.count(key, place, reason), () -> values.put(key, value));
            }
        });
    }
}
