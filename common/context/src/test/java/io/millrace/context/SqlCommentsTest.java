package io.millrace.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlCommentsTest {
    private static final SqlMode NO_BACKSLASH_ESCAPES = SqlMode.of(List.of(SqlMode.NO_BACKSLASH_ESCAPES));
    private static final SqlMode ANSI_QUOTES = SqlMode.of(List.of(SqlMode.ANSI_QUOTES));

    @Test
    void findsLeadingAndTrailingComments() {
        String sql = " /*a*/ -- x\n# y\n/*b*/ UPDATE t /*mid*/ SET a = 1 /*c*/ ; /*d*/;\n";

        assertThat(leading(sql)).containsExactly("a", "b");
        assertThat(trailing(sql)).containsExactly("c", "d");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET a = '/*x*/'",
                "SET a = \"/*x*/\"",
                "SET `/*x*/",
                "SET `a``/*x*/`",
                "SET a = 'it''s /*x*/'",
                "SET a = 'it\\'s /*x*/'",
                "SET a = '\\\\' /*x*/ 'b'",
                "SET a = 1 -- /*x*/",
                "SET a = 1 --\t/*x*/",
                "SET a = 1 # /*x*/",
                "SET a = 1 /*x*/ # y",
                "SET a = 1 /*x*/ + 1",
                "SET a = 'open /*x*/",
                "SET a = 1 /*x",
                "SET a = 1 /*/",
                "SET a = 1 /*!x*/",
                "SET a = 1 /*+x*/",
                "SET a = 1 /*! + /*x*/",
                "SET a = 1 /*! + /*x*/ */",
                "SET a = 1 /* /*x*/",
                "SET a = 1 --\u00a0/*x*/",
                "",
                ";",
                "/*"
            })
    void findsNoTrailingComment(String sql) {
        assertThat(trailing(sql)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET a = 'it\\'s # -- ' /*x*/",
                "SET a = '\\\\' /*x*/",
                "SET a = '/*' /*x*/",
                "SET a = \"it's\" /*x*/",
                "SET a = 5--3 /*x*/",
                "SET a = 1 -- y\n/*x*/",
                "SET a = 1 # y*/\n/*x*/",
                "SET a = 1 /*! + '*/' */ /*x*/",
                "SET a = 1 /*+ hint */ /*x*/",
                "SET a = 2 */*x*/",
                "SET `\\`=1/*x*/;;",
                "INSERT INTO t VALUES ('a','')/*x*/"
            })
    void findsTheTrailingComment(String sql) {
        assertThat(trailing(sql)).containsExactly("x");
    }

    @Test
    void findsTheLeadingCommentWhateverFollows() {
        assertThat(leading("/*x*/ SET a = 'open")).containsExactly("x");
        assertThat(leading("/*x*/ /* open")).containsExactly("x");
        assertThat(leading("/*+y*/ /*x*/ SET a = 1")).containsExactly("x");
        assertThat(leading("/*!y*/ /*x*/ SET a = 1")).isEmpty();
        assertThat(leading("-- /*y*/\n/*x*/ SET a = 1")).containsExactly("x");
    }

    @Test
    void takesABackslashForACharacterWhereTheModeSaysSo() {
        String sql = "SET a = 'C:\\' /*x*/";

        assertThat(trailing(sql)).isEmpty();
        assertThat(trailing(sql, NO_BACKSLASH_ESCAPES)).containsExactly("x");
        assertThat(trailing("SET `a` = \"C:\\\" /*x*/", ANSI_QUOTES)).containsExactly("x");
        assertThat(trailing("SET a = 'it\\'s' /*x*/", ANSI_QUOTES)).containsExactly("x");
    }

    /** Texts as MySQL 8.0.33 wrote them into its binlog: a skipped version comment has become an ordinary one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT /* 99999 foo ' */ INTO x.t(a) VALUES ('v') /*x*/",
                "INSERT /* 99999 foo (* ' *) bar ' */ INTO x.t(a) VALUES ('w') /*x*/",
                "INSERT /*! INTO */ x.t(a) VALUES ('w') /*x*/",
                "INSERT INTO x.t(a,b) VALUES ('it\\'s # -- ','C:\\\\') /*x*/"
            })
    void readsWhatTheServerWrote(String sql) {
        assertThat(trailing(sql)).containsExactly("x");
    }

    @Test
    void readsWhatTheServerWroteWithoutBackslashEscapes() {
        String sql = "INSERT INTO x.t(a,b) VALUES ('it''s # -- ','C:\\') /*x*/";

        assertThat(trailing(sql, NO_BACKSLASH_ESCAPES)).containsExactly("x");
    }

    @Test
    void keepsTheOutermostOfVeryManyComments() {
        StringBuilder comments = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            comments.append("/*").append(i).append("*/");
        }

        assertThat(leading(comments + " SET a = 1")).hasSize(SqlComments.MOST).startsWith("0", "1");
        assertThat(trailing("SET a = 1 " + comments)).hasSize(SqlComments.MOST).endsWith("98", "99");
    }

    private static List<String> leading(String sql) {
        return SqlComments.of(sql, SqlMode.DEFAULT).leading().stream()
                .map(comment -> comment.textIn(sql))
                .toList();
    }

    private static List<String> trailing(String sql) {
        return trailing(sql, SqlMode.DEFAULT);
    }

    private static List<String> trailing(String sql, SqlMode mode) {
        return SqlComments.of(sql, mode).trailing().stream()
                .map(comment -> comment.textIn(sql))
                .toList();
    }
}
