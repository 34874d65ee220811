package io.millrace.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * An option of a plugin, declared once: name, type, default, rules, importance, and the text that the reference prints.
 *
 * <p>An option without a default is not required: its value is null until it is set. {@link #required()} changes that.
 * Rules are checked for values that are not null, in the order in which they were added, by Kafka's
 * {@link ConfigDef}: when a configuration is posted and when a plugin starts. A {@link CrossCheck} sees all options.
 *
 * <p>Immutable; each method that changes something returns another option.
 *
 * @param <T> the type of the value that {@link #get} returns
 */
public final class Option<T> {
    private static final Object REQUIRED = ConfigDef.NO_DEFAULT_VALUE;

    private final Declaration declaration;
    private final Function<Object, T> conversion;
    /** Declares the option in another context; null if it has none. */
    private final @Nullable Function<Object, Option<T>> inContext;

    private Option(Declaration declaration, Function<Object, T> conversion) {
        this(declaration, conversion, null);
    }

    private Option(
            Declaration declaration, Function<Object, T> conversion, @Nullable Function<Object, Option<T>> inContext) {
        this.declaration = declaration;
        this.conversion = conversion;
        this.inContext = inContext;
    }

    /** The declaration for {@link ConfigDef}. Only {@link #change} changes it, before its option is published. */
    private static final class Declaration implements Cloneable {
        private String name;
        private final ConfigDef.Type type;
        private @Nullable Object defaultValue;
        /** Null if every value of the type is valid. */
        private @Nullable Rule rule;

        private @Nullable CrossCheck crossCheck;
        private Importance importance = Importance.MEDIUM;
        private String documentation = "";
        private @Nullable String group;
        private @Nullable String label;
        private @Nullable String formerName;

        Declaration(String name, ConfigDef.Type type) {
            this.name = name;
            this.type = type;
        }

        @Override
        protected Declaration clone() {
            try {
                return (Declaration) super.clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** A rule with the words that the reference prints for it. */
    private record Rule(String text, List<Consumer<Object>> checks) implements ConfigDef.Validator {
        @Override
        public void ensureValid(String option, @Nullable Object value) {
            if (value == null) {
                return;
            }
            for (Consumer<Object> check : checks) {
                try {
                    check.accept(value);
                } catch (ConfigException e) {
                    throw e;
                } catch (IllegalArgumentException e) {
                    throw new ConfigException(option, shown(value), e.getMessage());
                }
            }
        }

        private static Object shown(Object value) {
            return value instanceof Password ? Password.HIDDEN : value;
        }

        Rule and(@Nullable String furtherText, Consumer<Object> check) {
            List<Consumer<Object>> all = new ArrayList<>(checks);
            all.add(check);
            return new Rule(
                    furtherText == null ? text : text.isEmpty() ? furtherText : text + ", " + furtherText,
                    List.copyOf(all));
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** A text. */
    public static Option<String> string(String name) {
        return new Option<>(new Declaration(name, ConfigDef.Type.STRING), value -> (String) value);
    }

    /** True or false. */
    public static Option<Boolean> bool(String name) {
        return new Option<>(new Declaration(name, ConfigDef.Type.BOOLEAN), value -> (Boolean) value);
    }

    /** A whole number of 16 bits. */
    public static Option<Short> int16(String name) {
        return new Option<>(new Declaration(name, ConfigDef.Type.SHORT), value -> (Short) value);
    }

    /** A whole number of 32 bits. */
    public static Option<Integer> int32(String name) {
        return new Option<>(new Declaration(name, ConfigDef.Type.INT), value -> (Integer) value);
    }

    /** A whole number of 64 bits. */
    public static Option<Long> int64(String name) {
        return new Option<>(new Declaration(name, ConfigDef.Type.LONG), value -> (Long) value);
    }

    /** A list of texts, separated by commas. */
    @SuppressWarnings("unchecked") // ConfigDef parses the type LIST to this.
    public static Option<List<String>> list(String name) {
        return new Option<>(new Declaration(name, ConfigDef.Type.LIST), value -> (List<String>) value);
    }

    /** A secret, which Kafka never prints. */
    public static Option<Password> password(String name) {
        return new Option<>(new Declaration(name, ConfigDef.Type.PASSWORD), value -> (Password) value);
    }

    /** One of an enum's constants, written in lower case. */
    public static <E extends Enum<E>> Option<E> choice(String name, Class<E> constants) {
        List<String> texts = Arrays.stream(constants.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
        return string(name).as(texts.toString(), text -> {
            if (!texts.contains(text)) {
                throw new IllegalArgumentException("expected one of " + String.join(", ", texts));
            }
            return Enum.valueOf(constants, text.toUpperCase(Locale.ROOT));
        });
    }

    /**
     * An option whose values have another meaning in each configuration, such as an expression over tables that other options
     * declare.
     *
     * @param usual the context of the option if no other is set, as for the reference
     * @param declaration declares the option in a context
     */
    public static <C, T> Option<T> ofContext(C usual, Function<C, Option<T>> declaration) {
        @SuppressWarnings("unchecked") // Options of one plugin have one kind of context.
        Function<Object, Option<T>> inContext = context -> declaration.apply((C) context);
        Option<T> option = declaration.apply(usual);
        return new Option<>(option.declaration, option.conversion, inContext);
    }

    /** The same option in another context; this one if it does not depend on a context. */
    public Option<T> in(Object context) {
        return inContext == null ? this : inContext.apply(context);
    }

    /**
     * The same option with another type of value.
     *
     * @param expected what the option accepts, for the reference
     * @param parser makes the value; throws {@link IllegalArgumentException} with the reason if it cannot
     */
    public <U> Option<U> as(String expected, Function<T, U> parser) {
        Function<Object, U> parsed = value -> parser.apply(conversion.apply(value));
        return new Option<U>(
                        declaration,
                        parsed,
                        inContext == null ? null : context -> in(context).as(expected, parser))
                .checked(expected, value -> Objects.requireNonNull(parsed.apply(value)));
    }

    /**
     * Adds a rule.
     *
     * @param expected what the option accepts, for the reference
     * @param rule throws {@link IllegalArgumentException} with the reason if a value is invalid
     */
    public Option<T> valid(String expected, Consumer<T> rule) {
        return checked(expected, value -> rule.accept(conversion.apply(value)));
    }

    /** Requires a number of at least this. */
    public Option<T> atLeast(long minimum) {
        return checked("[" + minimum + ",...]", value -> requireRange(value, minimum, Long.MAX_VALUE));
    }

    /** Requires a number between these, both included. */
    public Option<T> between(long minimum, long maximum) {
        return checked("[" + minimum + ",...," + maximum + "]", value -> requireRange(value, minimum, maximum));
    }

    /** Requires one of these texts, for values that are no Java names; see {@link #choice}. */
    public Option<T> oneOf(String... texts) {
        List<String> all = List.of(texts);
        return checked(all.toString(), value -> {
            if (!all.contains(String.valueOf(value))) {
                throw new IllegalArgumentException("expected one of " + String.join(", ", all));
            }
        });
    }

    /** Requires a text that has characters. */
    public Option<T> nonEmpty() {
        return checked("non-empty string", value -> {
            if (value instanceof String text && text.isEmpty()) {
                throw new IllegalArgumentException("String must be non-empty");
            }
        });
    }

    private static void requireRange(Object value, long minimum, long maximum) {
        long number = ((Number) value).longValue();
        if (number < minimum) {
            throw new IllegalArgumentException("Value must be at least " + minimum);
        }
        if (number > maximum) {
            throw new IllegalArgumentException("Value must be no more than " + maximum);
        }
    }

    private Option<T> checked(String expected, Consumer<Object> check) {
        Rule rule =
                declaration.rule == null ? new Rule(expected, List.of(check)) : declaration.rule.and(expected, check);
        return change(d -> d.rule = rule);
    }

    /** Adds a check of this option against the others. */
    public Option<T> crossChecked(CrossCheck check) {
        CrossCheck all = declaration.crossCheck == null ? check : declaration.crossCheck.and(check);
        return change(d -> d.crossCheck = all);
    }

    /** A configuration without this option is refused. */
    public Option<T> required() {
        return withDefault(REQUIRED);
    }

    /** A configuration without this option is valid, and {@link #find} returns nothing. */
    public Option<T> optional() {
        return withDefault(null);
    }

    /**
     * The value of a configuration without this option.
     *
     * @param value as a configuration would contain it, or as {@link ConfigDef} parses it
     */
    public Option<T> defaultTo(Object value) {
        return withDefault(value);
    }

    private Option<T> withDefault(@Nullable Object value) {
        return change(d -> d.defaultValue = value);
    }

    /** Sets the text of the reference: what the option sets, then why. */
    public Option<T> documented(Importance importance, String text) {
        return change(d -> {
            d.importance = importance;
            d.documentation = text;
        });
    }

    /** Sets the text of an option that most users set. */
    public Option<T> high(String text) {
        return documented(Importance.HIGH, text);
    }

    /** Sets the text of an option that some users set. */
    public Option<T> medium(String text) {
        return documented(Importance.MEDIUM, text);
    }

    /** Sets the text of an option that few users set. */
    public Option<T> low(String text) {
        return documented(Importance.LOW, text);
    }

    /** Sets the group and the label that user interfaces show. */
    public Option<T> shownIn(String group, String label) {
        return change(d -> {
            d.group = group;
            d.label = label;
        });
    }

    /** A configuration that contains the former name is refused, and the message contains the present one. */
    public Option<T> renamedFrom(String formerName) {
        return change(d -> d.formerName = formerName);
    }

    /** The same option under another name. */
    public Option<T> named(String name) {
        return change(d -> d.name = name);
    }

    /** The same option with a prefix before its name. */
    public Option<T> under(String prefix) {
        return named(prefix + name());
    }

    private Option<T> change(Consumer<Declaration> change) {
        Declaration changed = declaration.clone();
        change.accept(changed);
        return new Option<>(
                changed,
                conversion,
                inContext == null ? null : context -> in(context).change(change));
    }

    public String name() {
        return declaration.name;
    }

    /**
     * Whether a configuration with this text is the same as one without the option: the text is the default, or blank if
     * there is none.
     */
    public boolean isDefault(String text) {
        Object defaultValue = declaration.defaultValue;
        if (defaultValue == null) {
            return text.isBlank();
        }
        if (REQUIRED.equals(defaultValue)) {
            return false;
        }
        try {
            Object value = ConfigDef.parseType(declaration.name, text, declaration.type);
            return Objects.equals(value, ConfigDef.parseType(declaration.name, defaultValue, declaration.type));
        } catch (ConfigException e) {
            return false;
        }
    }

    /** Whether the configuration itself contains the option, with whatever value. */
    public boolean isSet(AbstractConfig config) {
        return config.originals().containsKey(name());
    }

    /**
     * The value of an option that is required or has a default.
     *
     * @throws ConfigException if there is no value
     */
    public T get(AbstractConfig config) {
        return find(config).orElseThrow(() -> new ConfigException(name(), null, "expected a value"));
    }

    /** The value; empty if the option is not set and has no default. */
    public Optional<T> find(AbstractConfig config) {
        return find(config.values());
    }

    /** The value among parsed ones, as a {@link CrossCheck} gets them; empty if there is none, or it is invalid. */
    @SuppressWarnings("unchecked") // Without a conversion, the type is that of ConfigDef.Type.
    public Optional<T> find(Map<String, ?> values) {
        Object value = values.get(name());
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(conversion.apply(value));
        } catch (IllegalArgumentException e) {
            // The option's own rule reports it.
            return Optional.empty();
        }
    }

    /** Adds the option, and its former name, to a definition. */
    void define(ConfigDef definition, int order) {
        Declaration d = declaration;
        String label = d.label == null ? d.name : d.label;
        definition.define(
                d.name,
                d.type,
                d.defaultValue,
                d.rule,
                d.importance,
                d.documentation,
                d.group,
                d.group == null ? -1 : order,
                width(d.type),
                label,
                d.crossCheck == null ? null : new CrossCheckRecommender(d.crossCheck));
        if (d.formerName != null) {
            defineFormerName(definition, d.formerName);
        }
    }

    private void defineFormerName(ConfigDef definition, String formerName) {
        definition.defineInternal(
                formerName,
                ConfigDef.Type.STRING,
                null,
                ConfigDef.LambdaValidator.with(
                        (option, value) -> {
                            if (value != null) {
                                throw new ConfigException(
                                        "The option " + option + " was renamed: set " + name() + " instead");
                            }
                        },
                        () -> "renamed to " + name()),
                Importance.LOW,
                "Renamed to " + name() + ".");
    }

    private static Width width(ConfigDef.Type type) {
        return switch (type) {
            case BOOLEAN, SHORT, INT, LONG, DOUBLE -> Width.SHORT;
            case LIST -> Width.LONG;
            case STRING, PASSWORD, CLASS -> Width.MEDIUM;
        };
    }

    /** Checks the option against the others, if the values of both are valid. */
    void checkAgainst(Map<String, Object> values) {
        if (declaration.crossCheck != null) {
            declaration.crossCheck.check(name(), values);
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
