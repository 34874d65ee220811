package io.millrace.testing.s3;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A policy of AWS' IAM that is attached to a user: its statements with actions and resources, both with {@code *} and
 * {@code ?}, and the conditions {@code StringEquals} and {@code StringLike}. Unknown elements are refused, because a
 * partly understood statement would lead to wrong decisions.
 */
public final class AccessPolicy {
    private static final String VERSION = "2012-10-17";
    private static final Set<String> FIELDS = Set.of("Sid", "Effect", "Action", "Resource", "Condition");

    /**
     * A statement.
     *
     * @param conditions all of which the request has to meet
     */
    private record Statement(boolean allows, List<String> actions, List<String> resources, List<Condition> conditions) {
        boolean covers(AccessRequest request) {
            return actions.stream().anyMatch(action -> isLike(action.toLowerCase(Locale.ROOT), lower(request.action())))
                    && resources.stream().anyMatch(resource -> isLike(resource, request.resource()))
                    && conditions.stream().allMatch(condition -> condition.holds(request.context()));
        }

        private static String lower(String action) {
            return action.toLowerCase(Locale.ROOT);
        }
    }

    private record Condition(boolean wildcards, String key, List<String> values) {
        /** A key that the request does not have meets no condition. */
        boolean holds(Map<String, String> context) {
            String actual = context.get(key);
            return actual != null
                    && values.stream().anyMatch(value -> wildcards ? isLike(value, actual) : value.equals(actual));
        }
    }

    private final List<Statement> statements;

    private AccessPolicy(List<Statement> statements) {
        this.statements = statements;
    }

    /** The policy in a file of JSON. */
    public static AccessPolicy read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    /**
     * A policy in JSON.
     *
     * @throws IllegalArgumentException if it contains an unknown element
     */
    public static AccessPolicy parse(String json) throws IOException {
        JsonNode policy = new ObjectMapper().readTree(json);
        require(policy.path("Version").asText().equals(VERSION), "Version " + policy.path("Version"));
        List<Statement> statements = new ArrayList<>();
        for (JsonNode statement : policy.path("Statement")) {
            statement.fieldNames().forEachRemaining(name -> require(FIELDS.contains(name), name));
            String effect = statement.path("Effect").asText();
            require(effect.equals("Allow") || effect.equals("Deny"), "Effect " + effect);
            statements.add(new Statement(
                    effect.equals("Allow"),
                    texts(statement.path("Action")),
                    texts(statement.path("Resource")),
                    conditions(statement.path("Condition"))));
        }
        return new AccessPolicy(statements);
    }

    private static List<Condition> conditions(JsonNode node) {
        List<Condition> conditions = new ArrayList<>();
        node.properties().forEach(operator -> {
            String name = operator.getKey();
            require(name.equals("StringEquals") || name.equals("StringLike"), name);
            operator.getValue()
                    .properties()
                    .forEach(key -> conditions.add(
                            new Condition(name.equals("StringLike"), key.getKey(), texts(key.getValue()))));
        });
        return conditions;
    }

    /** A text, or a list of them. */
    private static List<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        if (node.isTextual()) {
            texts.add(node.asText());
        } else {
            node.forEach(element -> texts.add(element.asText()));
        }
        require(!texts.isEmpty(), "an empty list");
        return texts;
    }

    private static void require(boolean known, String what) {
        if (!known) {
            throw new IllegalArgumentException("The policy has something that is not known here: " + what);
        }
    }

    /** Whether one of these policies of a user allows it, and none denies it. */
    static boolean allow(List<AccessPolicy> policies, AccessRequest request) {
        List<Statement> covering = policies.stream()
                .flatMap(policy -> policy.statements.stream())
                .filter(statement -> statement.covers(request))
                .toList();
        return !covering.isEmpty() && covering.stream().allMatch(Statement::allows);
    }

    /** The actions that its statements allow, as they are written. */
    public Set<String> allowedActions() {
        return statements.stream()
                .filter(Statement::allows)
                .flatMap(statement -> statement.actions().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@code *} is any text, {@code ?} any character. */
    private static boolean isLike(String pattern, String text) {
        String regex = Pattern.compile("[*?]|[^*?]+").matcher(pattern).replaceAll(part -> switch (part.group()) {
            case "*" -> ".*";
            case "?" -> ".";
            default -> Pattern.quote(part.group()).replace("\\", "\\\\");
        });
        return Pattern.compile(regex, Pattern.DOTALL).matcher(text).matches();
    }
}
