package io.millrace.local.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScreenTest {
    @Test
    void keepsAShortStatementAsItIs() {
        String sql = "UPDATE t SET a = 'o''h', b = 'x\\'y' WHERE id = 1 /*requestId='r-1'*/";

        assertThat(Screen.shortened(sql)).isEqualTo(sql);
    }

    @Test
    void cutsALongStringAndKeepsWhatFollows() {
        String sql = "UPDATE t SET a = '" + "x\\\"".repeat(100_000) + "' WHERE id = 1";

        assertThat(Screen.shortened(sql))
                .startsWith("UPDATE t SET a = 'x\\\"x\\\"")
                .endsWith("...' WHERE id = 1")
                .hasSizeLessThan(150);
    }
}
