package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;

class OptionTest {
    enum Policy {
        DROP,
        FAIL
    }

    private static final Option<Integer> SIZE =
            Option.int32("size.bytes").defaultTo(10).between(1, 100).high("The size.");
    private static final Option<Policy> POLICY =
            Option.choice("policy", Policy.class).defaultTo("drop").low("What happens to the rest.");
    private static final Option<String> STORE = Option.string("fallback.store")
            .valid("a name without spaces", name -> {
                if (name.contains(" ")) {
                    throw new IllegalArgumentException("expected a name without spaces");
                }
            })
            .crossChecked((option, values) -> {
                if (values.get(option) != null && POLICY.find(values).equals(Optional.of(Policy.FAIL))) {
                    throw new ConfigException(option, values.get(option), "not with policy=fail");
                }
            })
            .renamedFrom("stand.in.store");
    private static final Option<List<String>> NAMES = Option.list("names").required();
    private static final OptionSet OPTIONS = OptionSet.of(SIZE, POLICY, STORE, NAMES);

    @Test
    void readsValuesInTheirTypes() {
        AbstractConfig config = OPTIONS.read(Map.of("names", "a,b", "policy", "fail", "size.bytes", "7"));
        assertThat(SIZE.get(config)).isEqualTo(7);
        assertThat(POLICY.get(config)).isEqualTo(Policy.FAIL);
        assertThat(NAMES.get(config)).containsExactly("a", "b");
        assertThat(STORE.find(config)).isEmpty();
        assertThat(SIZE.isSet(config)).isTrue();
        assertThat(STORE.isSet(config)).isFalse();
    }

    @Test
    void readsDefaults() {
        AbstractConfig config = OPTIONS.read(Map.of("names", "a"));
        assertThat(SIZE.get(config)).isEqualTo(10);
        assertThat(POLICY.get(config)).isEqualTo(Policy.DROP);
        assertThat(SIZE.isSet(config)).isFalse();
    }

    @Test
    void refusesInvalidValuesWithTheOptionAndTheReason() {
        assertThatThrownBy(() -> OPTIONS.read(Map.of("names", "a", "size.bytes", "101")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("Invalid value 101 for configuration size.bytes: Value must be no more than 100");
        assertThatThrownBy(() -> OPTIONS.read(Map.of("names", "a", "policy", "skip")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("Invalid value skip for configuration policy: expected one of drop, fail");
        assertThatThrownBy(() -> OPTIONS.read(Map.of("names", "a", "fallback.store", "a b")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("Invalid value a b for configuration fallback.store: expected a name without spaces");
        assertThatThrownBy(() -> OPTIONS.read(Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("names");
    }

    @Test
    void refusesTextsThatAreNotListedOrEmpty() {
        OptionSet options = OptionSet.of(
                Option.string("mode").oneOf("value", "presigned-url").defaultTo("value"),
                Option.string("region").nonEmpty());
        assertThatThrownBy(() -> options.read(Map.of("mode", "url")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("Invalid value url for configuration mode: expected one of value, presigned-url");
        assertThatThrownBy(() -> options.read(Map.of("region", "")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("region")
                .hasMessageContaining("non-empty");
        assertThat(options.definition().configKeys().get("mode").validator).hasToString("[value, presigned-url]");
        assertThat(options.read(Map.of("mode", "presigned-url")).getString("mode"))
                .isEqualTo("presigned-url");
    }

    @Test
    void refusesAnOptionThatDoesNotFitTheOthersWhenPostedAndWhenRead() {
        Map<String, String> settings = Map.of("names", "a", "policy", "fail", "fallback.store", "x");
        assertThat(errors(settings, "fallback.store"))
                .containsExactly("Invalid value x for configuration fallback.store: not with policy=fail");
        assertThatThrownBy(() -> OPTIONS.read(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("not with policy=fail");
    }

    @Test
    void refusesAFormerNameWithThePresentOne() {
        Map<String, String> settings = Map.of("names", "a", "stand.in.store", "x");
        String message = "The option stand.in.store was renamed: set fallback.store instead";
        assertThat(errors(settings, "stand.in.store")).containsExactly(message);
        assertThatThrownBy(() -> OPTIONS.read(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
        assertThat(OPTIONS.definition().configKeys().get("stand.in.store").internalConfig)
                .isTrue();
    }

    @Test
    void neverShowsASecret() {
        OptionSet secrets = OptionSet.of(Option.password("secret").valid("short", secret -> {
            throw new IllegalArgumentException("too long");
        }));
        assertThatThrownBy(() -> secrets.read(Map.of("secret", "geheim")))
                .hasMessageContaining("too long")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void printsRulesForTheReference() {
        Map<String, ConfigDef.ConfigKey> keys = OPTIONS.definition().configKeys();
        assertThat(keys.get("size.bytes").validator).hasToString("[1,...,100]");
        assertThat(keys.get("policy").validator).hasToString("[drop, fail]");
        assertThat(keys.get("fallback.store").validator).hasToString("a name without spaces");
        assertThat(keys.get("size.bytes").documentation).isEqualTo("The size.");
        assertThat(keys.get("policy").importance).isEqualTo(ConfigDef.Importance.LOW);
    }

    @Test
    void combinesAndReplacesSets() {
        OptionSet prefixed = OptionSet.of(SIZE, NAMES).under("projection.x.");
        assertThat(prefixed.names()).containsExactlyInAnyOrder("projection.x.size.bytes", "projection.x.names");
        assertThat(OptionSet.of(SIZE).and(OptionSet.of(SIZE, POLICY)).options()).containsExactly(SIZE, POLICY);
        Option<List<String>> optional = NAMES.optional();
        assertThat(OPTIONS.replace(optional).options()).contains(optional).doesNotContain(NAMES);
        assertThatThrownBy(() -> OptionSet.of(SIZE, SIZE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> OptionSet.of(SIZE).replace(NAMES)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void derivesAValueOnceForAConfiguration() {
        List<Map<String, Object>> derivations = new ArrayList<>();
        DerivedValue<Integer> derived = DerivedValue.of(values -> {
            derivations.add(values);
            return values.size();
        });
        Option<String> first = Option.string("a").crossChecked((option, values) -> derived.get(values));
        Option<String> second = Option.string("b").crossChecked((option, values) -> derived.get(values));
        OptionSet.of(first, second).definition().validateAll(Map.of("a", "1", "b", "2"));
        assertThat(derivations).hasSize(1);
        OptionSet.of(first, second).read(Map.of("a", "1"));
        assertThat(derivations).hasSize(2);
    }

    @Test
    void derivesAValueOnceForTheOptionsOfATransform() {
        AtomicInteger derivations = new AtomicInteger();
        DerivedValue<Integer> derived = DerivedValue.of(values -> derivations.incrementAndGet());
        Option<String> first = Option.string("a").crossChecked((option, values) -> derived.get(values));
        Option<String> second = Option.string("b").crossChecked((option, values) -> derived.get(values));
        // As Connect does it: each check gets a new map, without the prefix.
        ConfigDef connector = new ConfigDef();
        connector.embed(
                "transforms.t.", "Transforms", 0, OptionSet.of(first, second).definition());
        connector.validateAll(Map.of("transforms.t.a", "1", "transforms.t.b", "2"));
        assertThat(derivations).hasValue(1);
        connector.validateAll(Map.of("transforms.t.a", "1", "transforms.t.b", "3"));
        assertThat(derivations).hasValue(2);
    }

    @Test
    void hidesAnInvalidValueFromChecksOfOtherOptions() {
        List<Optional<Integer>> found = new ArrayList<>();
        Option<Integer> number = Option.string("number").as("a number", Integer::valueOf);
        Option<String> other = Option.string("other").crossChecked((option, values) -> found.add(number.find(values)));
        Map<String, ConfigValue> checked =
                OptionSet.of(number, other).definition().validateAll(Map.of("number", "many", "other", "x"));
        assertThat(found).containsExactly(Optional.empty());
        assertThat(checked.get("number").errorMessages()).hasSize(1);
        assertThat(checked.get("other").errorMessages()).isEmpty();
    }

    private static List<String> errors(Map<String, String> settings, String option) {
        ConfigValue value = OPTIONS.definition().validateAll(settings).get(option);
        return value.errorMessages();
    }

    @Test
    void knowsATextThatIsTheDefault() {
        assertThat(Option.int32("size").defaultTo(10).isDefault("10")).isTrue();
        assertThat(Option.int32("size").defaultTo(10).isDefault("11")).isFalse();
        assertThat(Option.int32("size").defaultTo(10).isDefault("ten")).isFalse();
        assertThat(Option.list("topics").defaultTo(List.of()).isDefault("")).isTrue();
        assertThat(Option.string("table").isDefault(" ")).isTrue();
        assertThat(Option.string("table").isDefault("t")).isFalse();
        assertThat(Option.string("table").required().isDefault("")).isFalse();
    }
}
