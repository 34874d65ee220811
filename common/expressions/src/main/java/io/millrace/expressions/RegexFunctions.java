package io.millrace.expressions;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelErrorCode;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Regular expressions of RE2: {@code regex.replace}, {@code regex.extract} and {@code regex.extractAll} of CEL's extension, and
 * {@code matches}. A pattern that is a constant is compiled once, and refused in the configuration if it is wrong; the functions
 * of {@code regex} have no other ones. {@code regex.extract} is NULL if nothing matches, where CEL's has an optional value.
 */
final class RegexFunctions {
    private interface OfText {
        Object of(String text, Object[] operands);
    }

    private static final String REPLACE = "regex.replace";
    private static final String EXTRACT = "regex.extract";
    private static final String EXTRACT_ALL = "regex.extractAll";

    static final List<CelFunctionDecl> DECLARATIONS = List.of(
            CelFunctionDecl.newFunctionDeclaration(
                    REPLACE,
                    CelOverloadDecl.newGlobalOverload(
                            "regex_replace",
                            SimpleType.STRING,
                            SimpleType.STRING,
                            SimpleType.STRING,
                            SimpleType.STRING),
                    CelOverloadDecl.newGlobalOverload(
                            "regex_replace_count",
                            SimpleType.STRING,
                            SimpleType.STRING,
                            SimpleType.STRING,
                            SimpleType.STRING,
                            SimpleType.INT)),
            CelFunctionDecl.newFunctionDeclaration(
                    EXTRACT,
                    CelOverloadDecl.newGlobalOverload(
                            "regex_extract", SimpleType.STRING, SimpleType.STRING, SimpleType.STRING)),
            CelFunctionDecl.newFunctionDeclaration(
                    EXTRACT_ALL,
                    CelOverloadDecl.newGlobalOverload(
                            "regex_extract_all",
                            ListType.create(SimpleType.STRING),
                            SimpleType.STRING,
                            SimpleType.STRING)));

    private RegexFunctions() {}

    /**
     * The call of a function of regular expressions.
     *
     * @return empty if it is another function, or {@code matches} with a pattern that is not a constant
     * @throws InvalidExpressionException if the pattern or the replacement is wrong
     */
    static Optional<CelNode> compile(String function, List<CelExpr> arguments, List<CelNode> operands) {
        return switch (function) {
            case "matches" ->
                ExpressionPaths.stringConstant(arguments.get(1)).map(pattern -> compileMatches(pattern, operands));
            case REPLACE -> Optional.of(compileReplace(requirePattern(function, arguments), arguments, operands));
            case EXTRACT -> {
                Pattern pattern = requireOneGroup(function, requirePattern(function, arguments));
                yield Optional.of(ofText(operands, (text, values) -> extract(pattern, text)));
            }
            case EXTRACT_ALL -> {
                Pattern pattern = requireOneGroup(function, requirePattern(function, arguments));
                yield Optional.of(ofText(operands, (text, values) -> extractAll(pattern, text)));
            }
            default -> Optional.empty();
        };
    }

    private static Pattern requirePattern(String function, List<CelExpr> arguments) {
        return compilePattern(ExpressionPaths.stringConstant(arguments.get(1))
                .orElseThrow(() -> new InvalidExpressionException(
                        "the pattern of " + function + "() must be a text between quotes")));
    }

    private static Pattern compilePattern(String pattern) {
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new InvalidExpressionException(
                    "'" + pattern + "' is not a regular expression of RE2: " + e.getDescription());
        }
    }

    private static Pattern requireOneGroup(String function, Pattern pattern) {
        if (pattern.groupCount() > 1) {
            throw new InvalidExpressionException("the pattern of " + function + "() has at most one group, found "
                    + pattern.groupCount() + "; write (?:…) for the others");
        }
        return pattern;
    }

    private static CelNode ofText(List<CelNode> operands, OfText function) {
        CelNode[] nodes = operands.toArray(CelNode[]::new);
        return frame -> {
            Object[] values = new Object[nodes.length];
            boolean unknown = false;
            for (int i = 0; i < nodes.length; i++) {
                values[i] = nodes[i].evaluate(frame);
                unknown |= values[i] instanceof NullValue;
            }
            if (unknown) {
                return NullValue.NULL_VALUE;
            }
            if (values[0] instanceof String text) {
                return function.of(text, values);
            }
            throw new CelFault(CelErrorCode.OVERLOAD_NOT_FOUND);
        };
    }

    private static CelNode compileMatches(String source, List<CelNode> operands) {
        Pattern pattern = compilePattern(source);
        CelNode operand = operands.get(0);
        return frame -> {
            Object value = operand.evaluate(frame);
            if (value instanceof String text) {
                return pattern.matcher(text).find();
            }
            if (value instanceof NullValue) {
                return value;
            }
            throw new CelFault(CelErrorCode.OVERLOAD_NOT_FOUND);
        };
    }

    private static CelNode compileReplace(Pattern pattern, List<CelExpr> arguments, List<CelNode> operands) {
        Optional<Replacement> constant = ExpressionPaths.stringConstant(arguments.get(2))
                .map(text -> {
                    try {
                        return Replacement.parse(text, pattern.groupCount());
                    } catch (DataException e) {
                        throw new InvalidExpressionException(String.valueOf(e.getMessage()));
                    }
                });
        Replacement once = constant.orElse(null);
        return ofText(operands, (text, values) -> {
            if (!(values[2] instanceof String replacement) || (values.length > 3 && !(values[3] instanceof Long))) {
                throw new CelFault(CelErrorCode.OVERLOAD_NOT_FOUND);
            }
            return replace(
                    pattern,
                    text,
                    once != null ? once : Replacement.parse(replacement, pattern.groupCount()),
                    values.length > 3 ? (Long) values[3] : -1);
        });
    }

    private static String replace(Pattern pattern, String text, Replacement replacement, long limit) {
        BoundedText bounded = new BoundedText(text);
        Matcher matcher = pattern.matcher(bounded);
        StringBuilder replaced = new StringBuilder();
        int copied = 0;
        for (long left = limit < 0 ? Long.MAX_VALUE : limit; left > 0 && matcher.find(); left--) {
            replaced.append(text, copied, matcher.start());
            replacement.append(matcher, text, replaced);
            TextFunctions.requireLength(replaced.length(), text.length());
            copied = matcher.end();
        }
        return copied == 0 && replaced.isEmpty()
                ? text
                : replaced.append(text, copied, text.length()).toString();
    }

    private static Object extract(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        String found = matcher.find() ? groupOf(matcher, text) : null;
        return found == null ? NullValue.NULL_VALUE : found;
    }

    private static List<String> extractAll(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(new BoundedText(text));
        List<String> found = new ArrayList<>();
        while (matcher.find()) {
            String group = groupOf(matcher, text);
            if (group != null) {
                found.add(group);
            }
            if (found.size() > TextFunctions.MAX_PARTS) {
                throw new DataException(
                        EXTRACT_ALL + "() finds at most " + TextFunctions.MAX_PARTS + " texts, found more");
            }
        }
        return found;
    }

    /** The text of the only group, or of the whole match; null if the group has no part in the match. */
    private static @Nullable String groupOf(Matcher matcher, String text) {
        int group = matcher.groupCount();
        return matcher.start(group) < 0 ? null : text.substring(matcher.start(group), matcher.end(group));
    }
}
