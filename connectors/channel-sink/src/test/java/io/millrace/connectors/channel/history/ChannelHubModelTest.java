package io.millrace.connectors.channel.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Random histories of servers and clients: order, no repetition, and no gap behind an answer {@code recovered}. */
class ChannelHubModelTest {
    private static final int HISTORIES = 10_000;

    @Test
    void recoveredMeansThatNothingIsMissing() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        System.out.println("seed of the histories of channels: " + seed);
        HistoryModel.Tally tally = new HistoryModel.Tally();
        for (int i = 0; i < HISTORIES; i++) {
            long own = seed + i;
            try {
                new HistoryModel(own, tally).play();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("history " + i + ", repeat with -Dmillrace.seed=" + own, e);
            }
        }
        System.out.println("delivered " + tally.delivered + ", recovered " + tally.recovered + " (" + tally.resumedQuiet
                + " without an event), not recovered " + tally.notRecovered + ", resets " + tally.resets
                + ", conflated "
                + tally.conflated + ", pauses " + tally.pauses + ", restarts " + tally.restarts
                + ", topics created again " + tally.recreated);
        // The histories contain everything that the rule is about.
        assertThat(tally.recovered).isGreaterThan(HISTORIES / 2);
        assertThat(tally.resumedQuiet).isGreaterThan(HISTORIES / 100);
        assertThat(tally.notRecovered).isGreaterThan(HISTORIES);
        assertThat(tally.resets).isGreaterThan(HISTORIES / 2);
        assertThat(tally.conflated).isGreaterThan(HISTORIES / 10);
        assertThat(tally.pauses).isGreaterThan(HISTORIES / 10);
        assertThat(tally.recreated).isGreaterThan(HISTORIES / 10);
    }
}
