package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompilerMessageTest {
    private static final ExpressionCompiler COMPILER = new ExpressionCompiler(List.of(
            new Variable("op", Variable.Kind.TEXT),
            new Variable("after", Variable.Kind.DATA),
            new Variable("offset", Variable.Kind.INTEGER)));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "afterr.x == 1          | unknown name 'afterr'; did you mean 'after'?",
                "coalese(after.x, 1)    | unknown name 'coalese'; did you mean 'coalesce'?",
                "zzzz.x == 1            | unknown name 'zzzz'",
                "op > 1                 | the operator '>' cannot be applied to a text and a whole number",
                "offset.startsWith('x') | the function 'startsWith' cannot be applied to a whole number and a text",
                "size(offset)           | the function 'size' cannot be applied to a whole number",
                "!op                    | the operator '!' cannot be applied to a text",
                "after.x ==             | the expression ends too early",
                "after.x == 1)          | unexpected ')'",
                "(after.x == 1          | expected ')' at the end",
                "after.x = 1            | at '= '",
                "after.x == 'y          | a text without its closing quote"
            })
    void sayWhatIsWrongInPlainWords(String condition, String message) {
        assertThatThrownBy(() -> COMPILER.condition(condition))
                .isInstanceOf(InvalidExpressionException.class)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage())
                        .doesNotContain("container", "candidates", "expecting", "overload", "<EOF>", "wrapper("));
    }

    @Test
    void theNearestNamesComeFirst() {
        assertThat(NearestNames.find("statsu", Set.of("status", "state", "id"))).containsExactly("status", "state");
        assertThat(NearestNames.find("Ordres", Set.of("orders", "order_items"))).containsExactly("orders");
        assertThat(NearestNames.find("xyz", Set.of("status"))).isEmpty();
        assertThat(NearestNames.suggest("xyz", Set.of("status"))).isEmpty();
    }

    @Test
    void aMessageOfAnotherFormStaysAsItIs() {
        assertThat(CompilerMessage.translate("something else", Set.of(), Set.of()))
                .isEqualTo("something else");
    }
}
