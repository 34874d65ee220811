package io.millrace.transforms.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlCommenterTest {
    @Test
    void readsPairsWithAndWithoutSpace() {
        assertThat(values("b='2',a='1'")).containsExactlyInAnyOrderEntriesOf(Map.of("a", "1", "b", "2"));
        assertThat(values(" a = '1' ,\n b='2' ")).containsExactlyInAnyOrderEntriesOf(Map.of("a", "1", "b", "2"));
    }

    @Test
    void decodesKeysAndValues() {
        assertThat(values("a%20b='x%2Fy%27%C3%A9%f0%9f%98%80'")).containsExactly(Map.entry("a b", "x/y'é😀"));
    }

    @Test
    void unescapesQuotes() {
        assertThat(values("name='O\\'Brien',a='\\''"))
                .containsEntry("name", "O'Brien")
                .containsEntry("a", "'");
    }

    @Test
    void keepsAPlusSign() {
        assertThat(values("a='1+2'")).containsEntry("a", "1+2");
    }

    @Test
    void readsTheSpecificationsExample() {
        assertThat(values("action='%2Fparam*d',controller='index,'framework='spring'"))
                .isEmpty();
        assertThat(values("action='%2Fparam*d',controller='index',framework='spring',"
                        + "traceparent='00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01',"
                        + "tracestate='congo%3Dt61rcWkgMzE%2Crojo%3D00f067aa0ba902b7'"))
                .hasSize(5)
                .containsEntry("tracestate", "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "fix me",
                "a",
                "a=",
                "a=1",
                "a='1",
                "a='1'b='2'",
                "a='1',",
                ",a='1'",
                "='1'",
                "a='1' x",
                "a='\\'",
                "a='\\n'",
                "a='\\\\'",
                "a b='1'",
                "a=\"1\"",
                "a='1';b='2'",
                "note: requestId='1'",
                "a==''"
            })
    void readsNothingOfAnotherForm(String comment) {
        assertThat(SqlCommenter.parse(comment)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "x%2", "%C3", "%C0%AF", "%ED%A0%80", "%FF", "\uFFFD", "%１１"})
    void refusesAValueThatIsNotPercentEncodedUtf8(String value) {
        SqlCommenter pairs = SqlCommenter.parse("a='" + value + "',b='2'").orElseThrow();

        assertThat(pairs.values()).containsExactly(Map.entry("b", "2"));
        assertThat(pairs.refused()).containsExactly("a");
    }

    @Test
    void refusesAKeyNamedTwice() {
        SqlCommenter pairs = SqlCommenter.parse("a='1',b='2',%61='1',a='1'").orElseThrow();

        assertThat(pairs.values()).containsExactly(Map.entry("b", "2"));
        assertThat(pairs.refused()).containsExactly("a");
    }

    private static Map<String, String> values(String comment) {
        return SqlCommenter.parse(comment).map(SqlCommenter::values).orElse(Map.of());
    }
}
