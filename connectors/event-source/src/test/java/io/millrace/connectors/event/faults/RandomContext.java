package io.millrace.connectors.event.faults;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A request's context, whole, in part or empty. */
final class RandomContext {
    private static final List<String> REQUESTS = List.of("r-1", "r/2 b", "r'3", "r%4", "réq 𝄞", "");
    private static final List<String> USERS = List.of("Ann Lee", "u+42", "o'Neil", "d\\e", "");

    private RandomContext() {}

    static Map<String, String> next(Random random) {
        Map<String, String> context = new TreeMap<>();
        if (random.nextInt(4) > 0) {
            putUnlessEmpty(context, "requestId", REQUESTS.get(random.nextInt(REQUESTS.size())));
            putUnlessEmpty(context, "userId", USERS.get(random.nextInt(USERS.size())));
        }
        return context;
    }

    private static void putUnlessEmpty(Map<String, String> context, String key, String value) {
        if (!value.isEmpty()) {
            context.put(key, value);
        }
    }

    /** The context in sqlcommenter's format. */
    static String format(Map<String, String> context) {
        return context.entrySet().stream()
                .map(entry -> entry.getKey() + "='"
                        + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8)
                                .replace("+", "%20") + "'")
                .collect(Collectors.joining(","));
    }
}
