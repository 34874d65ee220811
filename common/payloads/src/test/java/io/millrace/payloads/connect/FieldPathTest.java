package io.millrace.payloads.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldPathTest {
    private static List<FieldPath.PathStep> steps(String text) {
        return FieldPath.parse("fields", text).steps();
    }

    @Test
    void readsNamesElementsAndValues() {
        assertThat(steps("after.image")).containsExactly(new FieldPath.Named("after"), new FieldPath.Named("image"));
        assertThat(steps("documents[].body"))
                .containsExactly(
                        new FieldPath.Named("documents"), new FieldPath.Elements(), new FieldPath.Named("body"));
        assertThat(steps("a.*[][]"))
                .containsExactly(
                        new FieldPath.Named("a"),
                        new FieldPath.Values(),
                        new FieldPath.Elements(),
                        new FieldPath.Elements());
        assertThat(steps("a\\.b\\\\.c\\*")).containsExactly(new FieldPath.Named("a.b\\"), new FieldPath.Named("c*"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "a..b", "a[", "a[0]", "a[]b", "[]", "a*", "*a", "a\\"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> FieldPath.parse("fields", text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("fields")
                .hasMessageContaining("at character");
    }

    @Test
    void refusesADuplicatePath() {
        assertThatThrownBy(() -> FieldPath.parseAll("fields", List.of("a.b", "a\\.b", "a.b")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("duplicate");
    }
}
