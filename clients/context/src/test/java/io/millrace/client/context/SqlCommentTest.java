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
                " /* userId='1' , b = 'it\\'s' */ SELECT 1",
                "/* insert Order */ /*userId='1'*/ SELECT 1",
                "-- a line\n/*userId='1'*/ SELECT 1",
                "SELECT 1 /*userId='1'*/",
                "SELECT 1 /*userId='1'*/ ; ",
                "SELECT 1 /*userId='1'*/ /* other */",
                "{call p(?) /*userId='1'*/}",
                "{call p(? /*userId='1'*/) } ;",
                "SELECT '/*' /*userId='1'*/",
                "SELECT 1 /*action='a',traceparent='00-1'*/",
                "SELECT 1 /*requestId='1'*/ /*action='a'*/",
                "/*+ SeqScan(t) */ /*requestId='1'*/ SELECT 1",
                "/*baggage='b'*/ SELECT 1",
                "",
                " ; ",
                "/* nothing else */",
                "/*+ nothing else */"
            })
    void isSentAsItIs(String sql) {
        assertThat(add(sql)).isSameAs(sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 /*action='a',db_driver='jdbc'*/",
                "/*action='a'*/ SELECT 1",
                "SELECT 1 /*tenant='other'*/",
                "SELECT 1 /*!requestId='1'*/",
                "SELECT '/*userId=''1''*/'",
                "INSERT INTO t VALUES (1 /*userId='1'*/)",
                "SELECT '/*userId=''1''*/' /* fix me */",
                "SELECT 1 /*userId=1*/",
                "SELECT 1 /*userId='1'",
                "SELECT 1 /*='1'*/",
                "SELECT 1 /*userId='1' b='2'*/",
                "SELECT 1 /*userId='1',*/",
                "SELECT 1 /*'userId'='1'*/",
                "SELECT 1 /*userId='1\\'*/",
                "/*!40101 SET userId='1' */",
                "/*userId='1' SELECT 1",
                "SELECT 1 */",
                "*/",
                "/*/ SELECT 1",
                "/**/ SELECT 1 /**/",
            })
    void hasNoCommentOfARequest(String sql) {
        assertThat(add(sql)).isEqualTo(COMMENT + " " + sql);
    }

    @Test
    void isBehindAHint() {
        assertThat(add("/*+ SeqScan(t) */ SELECT 1")).isEqualTo("/*+ SeqScan(t) */ " + COMMENT + " SELECT 1");
        assertThat(add("\n/*+requestId='1'*/ SELECT 1")).isEqualTo("\n/*+requestId='1'*/ " + COMMENT + " SELECT 1");
        assertThat(add("SELECT /*+ MAX_EXECUTION_TIME(1) */ 1"))
                .isEqualTo(COMMENT + " SELECT /*+ MAX_EXECUTION_TIME(1) */ 1");
        assertThat(add("/*+ SELECT 1")).isEqualTo(COMMENT + " /*+ SELECT 1");
    }

    @Test
    void aCommentWithAKeyOfTheContextIsOfARequestToo() {
        RequestContext tenant =
                RequestContext.builder().put("tenant", "t").put("region", "r").build();
        for (String key : new String[] {"tenant", "region"}) {
            String sql = "SELECT 1 /*" + key + "='other'*/";
            assertThat(tenant.wrapSupplier(() -> SqlComment.addTo(sql)).get()).isSameAs(sql);
        }
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
