package io.millrace.connectors.channel.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.campaigns.Discrepancy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The comparison finds each kind of discrepancy, and nothing else. */
class ChannelLogTest {
    /** Of partition 1: events at the offsets 10, 20, 30, 40; those at 20 and 30 are states. */
    private static final CommittedEvents.OfChannel TOPIC = new CommittedEvents.OfChannel(
            1,
            List.of(
                    new CommittedEvents.Event(10, 1, false),
                    new CommittedEvents.Event(20, 2, true),
                    new CommittedEvents.Event(30, 3, true),
                    new CommittedEvents.Event(40, 4, false)));

    private final ChannelLog log = new ChannelLog("client", "import:1");

    private static String at(long offset) {
        return "campaign.00000000.3:1:" + offset + ":00000000";
    }

    private void answer(ChannelLog.Kind kind, long offset) {
        log.take(kind, at(offset), 0);
    }

    private void receive(int... numbers) {
        for (int number : numbers) {
            log.take(ChannelLog.Kind.EVENT, at(10L * number), number);
        }
    }

    private List<Discrepancy.Kind> compare() {
        List<Discrepancy> found = new ArrayList<>();
        log.compare(TOPIC, found);
        return found.stream().map(Discrepancy::kind).toList();
    }

    @Test
    void acceptsEachEventOnceInOrderAndTheNewestState() {
        log.take(ChannelLog.Kind.NOT_RECOVERED, "*campaign.00000000.3:0:7:-,campaign.00000000.3:1:-1:-", 0);
        receive(1);
        answer(ChannelLog.Kind.RECOVERED, 10);
        receive(3);
        answer(ChannelLog.Kind.MOVED, 35);
        receive(4);
        assertThat(log.isComplete(TOPIC)).isTrue();
        assertThat(compare()).isEmpty();
        assertThat(log.events()).isEqualTo(3);
        assertThat(log.recovered()).isEqualTo(1);
        assertThat(log.notRecovered()).isZero();
    }

    @Test
    void acceptsWhatIsMissingWithNotice() {
        answer(ChannelLog.Kind.NOT_RECOVERED, 5);
        receive(1);
        answer(ChannelLog.Kind.NOT_RECOVERED, 35);
        assertThat(log.isComplete(TOPIC)).isFalse();
        receive(4);
        assertThat(compare()).isEmpty();
        assertThat(log.notRecovered()).isEqualTo(1);
        answer(ChannelLog.Kind.RESET, 45);
        assertThat(compare()).isEmpty();
        assertThat(log.resets()).isEqualTo(1);
    }

    @Test
    void findsWhatIsMissingWithoutNotice() {
        answer(ChannelLog.Kind.NOT_RECOVERED, 5);
        receive(4);
        assertThat(compare()).containsExactly(Discrepancy.Kind.LOST);
    }

    @Test
    void findsWhatIsMissingBehindTheAnswer() {
        answer(ChannelLog.Kind.NOT_RECOVERED, 35);
        assertThat(compare()).containsExactly(Discrepancy.Kind.LOST);
    }

    @Test
    void findsThatAPositionIsAheadOfTheEvents() {
        answer(ChannelLog.Kind.NOT_RECOVERED, 5);
        answer(ChannelLog.Kind.MOVED, 45);
        assertThat(compare()).containsExactly(Discrepancy.Kind.LOST);
    }

    @Test
    void findsThatTheNewestStateIsMissing() {
        answer(ChannelLog.Kind.NOT_RECOVERED, 5);
        receive(1, 2, 4);
        assertThat(compare()).containsExactly(Discrepancy.Kind.LOST);
    }

    @Test
    void findsAWrongPromise() {
        answer(ChannelLog.Kind.NOT_RECOVERED, 5);
        answer(ChannelLog.Kind.RECOVERED, 5);
        receive(3, 4);
        assertThat(compare()).containsExactly(Discrepancy.Kind.WRONG);
    }

    @Test
    void findsAPromiseWithoutAPosition() {
        answer(ChannelLog.Kind.RECOVERED, 45);
        assertThat(compare()).containsExactly(Discrepancy.Kind.WRONG);
    }

    @Test
    void findsAnEventThatTheTopicDoesNotHave() {
        answer(ChannelLog.Kind.NOT_RECOVERED, 35);
        log.take(ChannelLog.Kind.EVENT, at(37), 9);
        receive(4);
        assertThat(compare()).containsExactly(Discrepancy.Kind.WRONG);
    }

    @Test
    void findsWhatComesAgain() {
        answer(ChannelLog.Kind.NOT_RECOVERED, 5);
        receive(1, 2, 3, 3, 4);
        assertThat(compare()).containsExactly(Discrepancy.Kind.REPEATED);
    }

    @Test
    void findsWhatComesBehindALaterOne() {
        answer(ChannelLog.Kind.NOT_RECOVERED, 5);
        receive(1, 3, 2, 4);
        assertThat(compare()).containsExactly(Discrepancy.Kind.REORDERED);
    }

    @Test
    void findsThatThereWasNoAnswer() {
        assertThat(compare()).containsExactly(Discrepancy.Kind.LOST);
    }
}
