package io.millrace.it.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShownOutputTest {
    @Test
    void matchesTheWholeOutputWhateverItsLinesAndIdsAre() {
        ShownOutput shown = new ShownOutput("event  {\"id\":1}\n       ce_id=… userId=u/42\n");

        assertThat(shown.matches("event {\"id\":1} ce_id=8a:7:2:1:c\n   userId=u/42\n"))
                .isTrue();
        assertThat(shown.matches("event {\"id\":1} ce_id=8a:7:2:1:c userId=u/43\n"))
                .isFalse();
        assertThat(shown.matches("event {\"id\":1} ce_id=8a:7:2:1:c userId=u/42\nand more\n"))
                .isFalse();
        assertThat(new ShownOutput("").matches("anything")).isFalse();
        assertThat(new ShownOutput("").matches("")).isTrue();
    }

    @Test
    void problemsEndWithAnExitCodeOfTheirOwn() {
        assertThat(new ShownOutput("…\n\n1 problem:\n  views: …\n").exitCode()).isEqualTo(1);
        assertThat(new ShownOutput("…\n3 problems.\n").exitCode()).isEqualTo(1);
        assertThat(new ShownOutput("No problems found.\n").exitCode()).isZero();
    }
}
