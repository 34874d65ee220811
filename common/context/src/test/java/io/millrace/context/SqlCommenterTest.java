package io.millrace.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
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

    /** The values of requests as libraries write them: Python and PHP double the sign, PHP and Go write a space as a plus sign. */
    @Test
    void readsDoubledPercentSignsAndSpacesWrittenAsPlusSigns() {
        assertThat(values("userId='u%%2F42',tracestate='congo%%3Dt61'"))
                .containsEntry("userId", "u/42")
                .containsEntry("tracestate", "congo=t61");
        assertThat(values("name='Ann+Lee'")).containsEntry("name", "Ann+Lee");
        assertThat(SqlCommenter.parse("name='Ann+Lee',sum='1%2B2'", PlusSign.SPACE)
                        .orElseThrow()
                        .values())
                .containsEntry("name", "Ann Lee")
                .containsEntry("sum", "1+2");
    }

    @ParameterizedTest
    @CsvFileSource(resources = "sqlcommenter.tsv", delimiter = '\t', quoteCharacter = '`')
    void readsWhatEachLibraryWrites(String library, PlusSign plus, String comment) {
        assertThat(SqlCommenter.parse(comment, plus).orElseThrow())
                .as(library)
                .isEqualTo(new SqlCommenter(
                        Map.of(
                                "note", "100% = \\x, \"y\"",
                                "requestId", "r-1",
                                "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                "tracestate", "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7",
                                "userId", "Ann Lee/é+1"),
                        Set.of()));
    }

    /** Node's library does not encode quotes, so a value with one ends early, and the rest is not in the format. */
    @Test
    void readsNothingOfACommentWithAnUnencodedQuote() {
        assertThat(SqlCommenter.parse("note='it's',userId='u'", PlusSign.PLUS)).isEmpty();
    }

    /** Each pair must not look at the rest of the comment. */
    @Test
    void readsALongCommentInOnePass() {
        String comment = "a='1',".repeat(200_000) + "b='2'";
        long start = System.nanoTime();

        assertThat(values(comment)).containsExactly(Map.entry("b", "2"));
        assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
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
        assertThat(SqlCommenter.parse(comment, PlusSign.PLUS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "x%2", "%C3", "%C0%AF", "%ED%A0%80", "%FF", "\uFFFD", "%１１"})
    void refusesAValueThatIsNotPercentEncodedUtf8(String value) {
        SqlCommenter pairs =
                SqlCommenter.parse("a='" + value + "',b='2'", PlusSign.PLUS).orElseThrow();

        assertThat(pairs.values()).containsExactly(Map.entry("b", "2"));
        assertThat(pairs.refused()).containsExactly("a");
    }

    @Test
    void refusesAKeyNamedTwice() {
        SqlCommenter pairs =
                SqlCommenter.parse("a='1',b='2',%61='1',a='1'", PlusSign.PLUS).orElseThrow();

        assertThat(pairs.values()).containsExactly(Map.entry("b", "2"));
        assertThat(pairs.refused()).containsExactly("a");
    }

    private static Map<String, String> values(String comment) {
        return SqlCommenter.parse(comment, PlusSign.PLUS)
                .map(SqlCommenter::values)
                .orElse(Map.of());
    }
}
