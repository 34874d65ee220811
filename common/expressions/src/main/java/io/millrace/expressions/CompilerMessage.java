package io.millrace.expressions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The messages of CEL's checker and of ANTLR, its parser, in plain words. A message of another form stays as it is. */
final class CompilerMessage {
    private static final Pattern NAME = Pattern.compile("undeclared reference to '([^']*)'.*", Pattern.DOTALL);
    private static final Pattern FIELD = Pattern.compile("undefined field '([^']*)'.*", Pattern.DOTALL);
    private static final Pattern OVERLOAD = Pattern.compile(
            "found no matching overload for '([^']*)' applied to '([^(]*(?:\\([^()]*\\))?)\\.?\\((.*?)\\)'(?: \\(candidates.*)?",
            Pattern.DOTALL);
    private static final Pattern UNEXPECTED =
            Pattern.compile("(?:mismatched|extraneous) input '(.*?)' expecting .*", Pattern.DOTALL);
    private static final Pattern NO_ALTERNATIVE =
            Pattern.compile("no viable alternative at input '(.*)'", Pattern.DOTALL);
    private static final Pattern TOKEN = Pattern.compile("token recognition error at: '(.*)'", Pattern.DOTALL);
    private static final Pattern MISSING = Pattern.compile("missing '(.*?)' at '(.*?)'", Pattern.DOTALL);
    private static final String END = "<EOF>";

    private static final Map<String, String> TYPES = new LinkedHashMap<>();

    static {
        TYPES.put("string", "a text");
        TYPES.put("int", "a whole number");
        TYPES.put("uint", "an unsigned whole number");
        TYPES.put("double", "a floating-point number");
        TYPES.put("decimal", "a decimal");
        TYPES.put("bool", "true or false");
        TYPES.put("bytes", "bytes");
        TYPES.put("null", "null");
        TYPES.put("null_type", "null");
        TYPES.put("dyn", "a value of any type");
        TYPES.put("google.protobuf.Timestamp", "a timestamp");
        TYPES.put("google.protobuf.Duration", "a duration");
    }

    private CompilerMessage() {}

    /**
     * The message in plain words.
     *
     * @param names the variables and functions of the expression, for candidates
     * @param columns the columns of its rows, for candidates
     */
    static String translate(String message, Collection<String> names, Collection<String> columns) {
        Matcher name = NAME.matcher(message);
        if (name.matches()) {
            return "unknown name '" + name.group(1) + "'" + suggestName(name.group(1), names);
        }
        Matcher field = FIELD.matcher(message);
        if (field.matches()) {
            return "unknown column '" + field.group(1) + "'; expected one of "
                    + columns.stream().sorted().toList() + NearestNames.suggest(field.group(1), columns);
        }
        Matcher overload = OVERLOAD.matcher(message);
        if (overload.matches()) {
            return describeOverload(overload.group(1), overload.group(2), overload.group(3));
        }
        return translateSyntax(message);
    }

    /** The message, if it is of a field that a row of a table does not have. */
    static Optional<String> translateField(String message, Collection<String> fields) {
        Matcher field = FIELD.matcher(message);
        return field.matches()
                ? Optional.of("unknown field '" + field.group(1) + "' of the table; expected one of "
                        + fields.stream().sorted().toList() + NearestNames.suggest(field.group(1), fields))
                : Optional.empty();
    }

    /** The nearest names, or all names of a namespace such as {@code regex}. */
    private static String suggestName(String name, Collection<String> names) {
        List<String> members = names.stream()
                .filter(known -> known.startsWith(name + "."))
                .sorted()
                .toList();
        return members.isEmpty() ? NearestNames.suggest(name, names) : "; expected one of " + members;
    }

    private static String translateSyntax(String message) {
        Matcher unexpected = UNEXPECTED.matcher(message);
        if (unexpected.matches()) {
            return unexpected.group(1).equals(END)
                    ? "the expression ends too early"
                    : "unexpected '" + unexpected.group(1) + "'";
        }
        Matcher alternative = NO_ALTERNATIVE.matcher(message);
        if (alternative.matches()) {
            return "unexpected end of '" + alternative.group(1) + "'";
        }
        Matcher token = TOKEN.matcher(message);
        if (token.matches()) {
            return "unexpected character, or a text without its closing quote, at '" + token.group(1) + "'";
        }
        Matcher missing = MISSING.matcher(message);
        if (missing.matches()) {
            return "expected '" + missing.group(1) + "' "
                    + (missing.group(2).equals(END) ? "at the end" : "before '" + missing.group(2) + "'");
        }
        return message;
    }

    private static String describeOverload(String function, String target, String arguments) {
        List<String> operands = new ArrayList<>();
        if (!target.isEmpty()) {
            operands.add(target.endsWith(".") ? target.substring(0, target.length() - 1) : target);
        }
        operands.addAll(TopLevel.split(arguments, ','));
        return describeOverload(function, operands);
    }

    /** The message for a function or an operator that has no overload for operands of these types of CEL. */
    static String describeOverload(String function, List<String> operands) {
        String types = operands.stream().map(CompilerMessage::describeType).collect(Collectors.joining(" and "));
        boolean isOperator = function.contains("_") && !function.matches("\\w+");
        String operator = function.replace("_", "").replace("@", "");
        return (isOperator ? "the operator '" + operator + "'" : "the function '" + function + "'")
                + " cannot be applied to " + types;
    }

    private static String describeType(String type) {
        Matcher wrapper = Pattern.compile("(?:wrapper|nullable)\\((.*)\\)").matcher(type.strip());
        String plain = wrapper.matches() ? wrapper.group(1) : type.strip();
        if (plain.startsWith("list")) {
            return "a list";
        }
        return plain.startsWith("map") ? "a structure" : TYPES.getOrDefault(plain, plain);
    }
}
