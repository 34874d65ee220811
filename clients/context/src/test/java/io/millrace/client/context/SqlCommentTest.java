package io.millrace.client.context;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlCommentTest {
    private static final RequestContext CONTEXT = RequestContext.builder()
            .requestId("7")
            .userId("ann's /* \\ *% 100%?{}")
            .build();
    private static final String COMMENT =
            "/*requestId='7',userId='ann%27s%20%2F%2A%20%5C%20%2A%25%20100%25%3F%7B%7D'*/";

    @Test
    void theCommentIsInFront() {
        assertThat(add("UPDATE orders SET status = ? WHERE id = ?;"))
                .isEqualTo(COMMENT + " UPDATE orders SET status = ? WHERE id = ?;");
        assertThat(add(" -- a line\nSELECT 1 -- another")).isEqualTo(COMMENT + "  -- a line\nSELECT 1 -- another");
        assertThat(add("/* insert Order */ INSERT INTO t VALUES (1)"))
                .isEqualTo(COMMENT + " /* insert Order */ INSERT INTO t VALUES (1)");
    }

    @Test
    void aJdbcEscapeHasItInside() {
        assertThat(add("{call p(?, '}')}")).isEqualTo("{call p(?, '}' " + COMMENT + ")}");
        assertThat(add("{call p}")).isEqualTo("{call p " + COMMENT + "}");
        assertThat(add(" {? = call f(?)} ;")).isEqualTo(" {? = call f(? " + COMMENT + ")} ;");
        assertThat(add("{call p(?)")).isEqualTo("{call p(?)");
    }

    @Test
    void aStatementOutsideOfARequestIsSentAsItIs() {
        String sql = "SELECT 1";
        assertThat(SqlComment.addTo(sql)).isSameAs(sql);
        assertThat(SqlComment.current()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/*requestId='1'*/ SELECT 1",
                " /* a='1' , b = 'it\\'s' */ SELECT 1",
                "/* insert Order */ /*a='1'*/ SELECT 1",
                "-- a line\n/*a='1'*/ SELECT 1",
                "SELECT 1 /*a='1'*/",
                "SELECT 1 /*a='1'*/ ; ",
                "SELECT 1 /*a='1'*/ /* other */",
                "{call p(?) /*a='1'*/}",
                "{call p(? /*a='1'*/) } ;",
                "SELECT '/*' /*a='1'*/",
                "",
                " ; ",
                "/* nothing else */"
            })
    void isSentAsItIs(String sql) {
        assertThat(add(sql)).isSameAs(sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT '/*a=''1''*/'",
                "INSERT INTO t VALUES (1 /*a='1'*/)",
                "SELECT '/*a=''1''*/' /* fix me */",
                "SELECT 1 /*a=1*/",
                "SELECT 1 /*a='1'",
                "SELECT 1 /*='1'*/",
                "SELECT 1 /*a='1' b='2'*/",
                "SELECT 1 /*a='1',*/",
                "SELECT 1 /*'a'='1'*/",
                "SELECT 1 /*a='1\\'*/",
                "/*+ MAX_EXECUTION_TIME(1) */ SELECT 1",
                "/*!40101 SET a='1' */",
                "/*a='1' SELECT 1",
                "SELECT 1 */",
                "*/",
                "/*/ SELECT 1",
                "/**/ SELECT 1 /**/",
            })
    void hasNoCommentOfThisFormat(String sql) {
        assertThat(add(sql)).isEqualTo(COMMENT + " " + sql);
    }

    @Test
    void aLongCommentIsWrittenWithoutBaggage() {
        String baggage = "a=" + "%20".repeat(2000);
        RequestContext context = CONTEXT.toBuilder().put("baggage", baggage).build();
        assertThat(context.value("baggage")).hasValue(baggage);
        assertThat(context.sqlComment()).isEqualTo(COMMENT);
    }

    private static String add(String sql) {
        return CONTEXT.wrapSupplier(() -> SqlComment.addTo(sql)).get();
    }

    @Test
    void isNeverLongerThanItsLimit() {
        RequestContext.Builder builder = RequestContext.builder().requestId("r-1");
        for (int i = 0; i < 15; i++) {
            builder.put("key" + i, "\u00e9".repeat(256));
        }

        String comment = builder.build().sqlComment();

        assertThat(comment).hasSizeLessThanOrEqualTo(SqlComment.MAX_LENGTH).contains("requestId='r-1'");
    }
}
