package io.millrace.connectors.channel.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

class ChannelHubTest {
    private static final TopicPartition ZERO = new TopicPartition("notifications", 0);
    private static final TopicPartition ONE = new TopicPartition("notifications", 1);

    private long nowMs = 1_000_000;
    private int woken;
    private final ChannelHub hub = createHub(2_000);

    private ChannelHub createHub(long bytes) {
        ChannelHub created =
                new ChannelHub(new HistorySettings("eu1", 60_000, bytes, 5_000, Set.of("Progress")), () -> nowMs);
        created.open(List.of(ZERO, ONE));
        created.begin(Map.of(ZERO, 10L, ONE, 0L));
        created.settle(true);
        return created;
    }

    private static ChannelEvent event(String channel, String type) {
        return new ChannelEvent(List.of(channel), type, 0, ("\"type\":\"" + type + "\"}").getBytes(UTF_8));
    }

    private static ChannelEvent eventAt(long timestampMs, String channel) {
        return new ChannelEvent(List.of(channel), "Step", timestampMs, "\"type\":\"Step\"}".getBytes(UTF_8));
    }

    private Subscription subscribe(String channel, String position) {
        return hub.subscribe(() -> woken++, channel, position);
    }

    private List<Delivery> takeAll(Subscription subscription) {
        List<Delivery> all = new ArrayList<>();
        while (true) {
            var next = hub.take(subscription);
            if (next.isEmpty()) {
                return all;
            }
            all.add(next.get());
        }
    }

    @Test
    void eventsHaveChannelAndPositionInFront() {
        Subscription subscription = subscribe("import:1", "");
        takeAll(subscription);
        hub.append(ZERO, 10, event("import:1", "Completed"));
        Delivery delivery = takeAll(subscription).get(0);
        assertThat(new String(((Delivery.Event) delivery).frame(), UTF_8))
                .isEqualTo("{\"channel\":\"import:1\",\"position\":\"" + delivery.position()
                        + "\",\"type\":\"Completed\"}");
        assertThat(delivery.position()).matches("eu1\\.[0-9a-f]{8}\\.2:0:10:[0-9a-f]{8}");
    }

    @Test
    void eventOfTwoChannelsIsInBoth() {
        Subscription one = subscribe("one", "");
        Subscription two = subscribe("two", "");
        takeAll(one);
        takeAll(two);
        ChannelEvent event = new ChannelEvent(List.of("one", "two"), "A", 0, "\"data\":1}".getBytes(UTF_8));
        hub.append(ZERO, 10, event);
        hub.append(ZERO, 10, event);
        assertThat(takeAll(one)).hasSize(1);
        Delivery delivery = takeAll(two).get(0);
        assertThat(recovered("two", delivery.position())).isTrue();
        assertThat(recovered("one", delivery.position())).isTrue();
    }

    @Test
    void subscriberIsWokenOnceUntilItHasTakenEverything() {
        Subscription subscription = subscribe("c", "");
        takeAll(subscription);
        hub.append(ZERO, 10, event("c", "A"));
        hub.append(ZERO, 11, event("c", "A"));
        hub.settle(false);
        hub.append(ZERO, 12, event("c", "A"));
        hub.settle(false);
        assertThat(woken).isEqualTo(1);
        assertThat(takeAll(subscription)).hasSize(3);
        hub.append(ZERO, 13, event("c", "A"));
        hub.settle(false);
        assertThat(woken).isEqualTo(2);
    }

    @Test
    void subscriberThatIsBehindGetsTheNewestOfAConflatedType() {
        Subscription subscription = subscribe("c", "");
        takeAll(subscription);
        for (int i = 0; i < 3; i++) {
            hub.append(ZERO, 10 + 2 * i, event("c", "Progress"));
            hub.append(ZERO, 11 + 2 * i, event("c", "Step"));
        }
        assertThat(takeAll(subscription))
                .extracting(delivery -> delivery.position().split(":", -1)[2])
                .containsExactly("11", "13", "14", "15");
        assertThat(hub.counts().conflatedEvents()).isEqualTo(2);
    }

    /** The consumer of a restarted task reads one partition after the other, not in the order of time. */
    @Test
    void restartedTaskKeepsTheNewestEventsOfAllPartitions() {
        hub.append(ONE, 0, eventAt(500, "quiet"));
        String position = takeAll(subscribe("quiet", "")).get(0).position();
        hub.open(List.of(ZERO, ONE));
        hub.begin(Map.of(ZERO, 10L, ONE, 0L));
        hub.append(ONE, 0, eventAt(500, "quiet"));
        hub.append(ONE, 1, eventAt(501, "quiet"));
        for (int i = 0; i < 20; i++) {
            hub.append(ZERO, 10 + i, eventAt(i, "busy"));
        }
        hub.settle(true);
        hub.append(ZERO, 30, eventAt(600, "busy"));
        assertThat(hub.counts().bytes()).isLessThanOrEqualTo(2_000);
        List<Delivery> deliveries = takeAll(subscribe("quiet", position));
        assertThat(((Delivery.Subscribed) deliveries.get(0)).recovered()).isTrue();
        assertThat(deliveries).hasSize(2);
    }

    /** A record may be older than others although it is read later, as that of a mirrored topic. */
    @Test
    void eventsThatAreReadForTheFirstTimeLeaveInTheOrderInWhichTheyCame() {
        Subscription subscription = subscribe("late", "");
        takeAll(subscription);
        for (int i = 0; i < 20; i++) {
            hub.append(ZERO, 10 + i, eventAt(500 + i, "busy"));
        }
        hub.append(ONE, 0, eventAt(1, "late"));
        hub.append(ZERO, 30, eventAt(600, "busy"));
        assertThat(takeAll(subscription)).hasSize(1).first().isInstanceOf(Delivery.Event.class);
    }

    @Test
    void stuckSubscriberIsResetWhenTheHistoryHasPassedIt() {
        Subscription stuck = subscribe("c", "");
        takeAll(stuck);
        for (int i = 0; i < 100; i++) {
            hub.append(ZERO, 10 + i, event("c", "Step"));
        }
        assertThat(hub.counts().bytes()).isLessThanOrEqualTo(2_000);
        List<Delivery> deliveries = takeAll(stuck);
        assertThat(deliveries).hasSize(1).first().isInstanceOf(Delivery.Reset.class);
        hub.append(ZERO, 200, event("c", "Step"));
        assertThat(takeAll(stuck)).hasSize(1).first().isInstanceOf(Delivery.Event.class);
    }

    @Test
    void positionThatAdvancesKeepsAQuietChannelResumable() {
        hub.append(ZERO, 10, event("quiet", "Step"));
        Subscription quiet = subscribe("quiet", "");
        String first = takeAll(quiet).get(0).position();
        for (int i = 0; i < 100; i++) {
            hub.append(ZERO, 11 + i, event("busy", "Step"));
        }
        String advanced = hub.advance(quiet).orElseThrow();
        assertThat(hub.advance(quiet)).isEmpty();
        assertThat(recovered("quiet", first)).isFalse();
        assertThat(recovered("quiet", advanced)).isTrue();
    }

    private boolean recovered(String channel, String position) {
        return ((Delivery.Subscribed) takeAll(subscribe(channel, position)).get(0)).recovered();
    }

    @Test
    void positionsThatAreNotOfThisHistoryAreNotRecovered() {
        hub.append(ZERO, 10, event("c", "Step"));
        String position = takeAll(subscribe("c", "")).get(0).position();
        assertThat(recovered("c", position)).isTrue();
        assertThat(recovered("c", position.replace("eu1", "us1"))).isFalse();
        assertThat(recovered("c", position.replace(".2:", ".3:"))).isFalse();
        assertThat(recovered("c", position.replace(":0:10:", ":1:10:"))).isFalse();
        assertThat(recovered("c", position.replaceAll(".$", position.endsWith("0") ? "1" : "0")))
                .isFalse();
        assertThat(recovered("c", "*")).isFalse();
        assertThat(recovered("c", "nonsense")).isFalse();
        assertThat(recovered("c", "x".repeat(10_000))).isFalse();
    }

    /** A server whose consumer was still at an offset of the former topic has found no event below it. */
    @Test
    void positionWithoutAnEventIsNotRecoveredBehindEventsBelowIt() {
        hub.append(ZERO, 10, event("other", "Step"));
        String position = takeAll(subscribe("c", "")).get(0).position();
        assertThat(recovered("c", position)).isTrue();
        String later = position.replace(":1:-1:-", ":1:98:-");
        assertThat(later).isNotEqualTo(position);
        hub.append(ONE, 5, event("other one", "Step"));
        assertThat(recovered("c", later)).isTrue();
        hub.append(ONE, 6, event("c", "Step"));
        assertThat(recovered("c", later)).isFalse();
        for (int i = 0; i < 50; i++) {
            hub.append(ONE, 7 + i, event("other one", "Step"));
        }
        assertThat(recovered("c", later)).as("evicted").isFalse();
    }

    @Test
    void positionAheadOfTheHistoryWaits() {
        hub.append(ZERO, 10, event("c", "Step"));
        String position = takeAll(subscribe("c", "")).get(0).position();
        ChannelHub lagging = createHub(2_000);
        Subscription waits = lagging.subscribe(() -> {}, "c", position);
        Subscription gaveUp = lagging.subscribe(() -> {}, "c", position.replace(":0:10:", ":0:99:"));
        assertThat(lagging.take(waits)).isEmpty();
        lagging.append(ZERO, 10, event("c", "Step"));
        nowMs += 5_000;
        lagging.settle(false);
        assertThat(lagging.take(waits)).contains(new Delivery.Subscribed("c", position, true));
        assertThat(lagging.take(waits)).isEmpty();
        assertThat(((Delivery.Subscribed) lagging.take(gaveUp).orElseThrow()).recovered())
                .isFalse();
    }

    @Test
    void earliestHasAllThatIsKept() {
        hub.append(ONE, 0, event("new", "Step"));
        hub.append(ZERO, 10, event("old", "Step"));
        List<Delivery> ofNew = takeAll(subscribe("new", ChannelHub.EARLIEST));
        assertThat(ofNew).hasSize(2);
        assertThat(((Delivery.Subscribed) ofNew.get(0)).recovered()).isTrue();
        List<Delivery> ofOld = takeAll(subscribe("old", ChannelHub.EARLIEST));
        assertThat(ofOld).hasSize(2);
        // The partition had records before.
        assertThat(((Delivery.Subscribed) ofOld.get(0)).recovered()).isFalse();
    }

    @Test
    void channelInTwoPartitionsIsRefusedWithBothPlaces() {
        hub.append(ZERO, 10, event("c", "Step"));
        assertThatThrownBy(() -> hub.append(ONE, 3, event("c", "Step")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("notifications-0@10 and notifications-1@3");
    }

    @Test
    void restartBeginsAtTheOldestRecordOfTheWindow() {
        hub.append(ZERO, 12, event("c", "Step"));
        nowMs += 50_000;
        hub.settle(true);
        hub.append(ZERO, 15, event("c", "Step"));
        hub.append(ZERO, 20_000, event("c", "Step"));
        assertThat(hub.beginnings(Map.of(ZERO, 20_001L, ONE, 7L)))
                .containsOnly(Map.entry(ZERO, 12L), Map.entry(ONE, 0L));
        nowMs += 20_000;
        hub.settle(true);
        // The record before the window is read again to recognize positions of it.
        assertThat(hub.beginnings(Map.of(ZERO, 20_001L))).containsOnly(Map.entry(ZERO, 12L));
        nowMs += 50_000;
        hub.settle(true);
        assertThat(hub.beginnings(Map.of(ZERO, 20_001L))).containsOnly(Map.entry(ZERO, 20_000L));
        assertThat(hub.beginnings(Map.of(ZERO, 40_000L))).containsOnly(Map.entry(ZERO, 40_000L));
    }

    @Test
    void suspendedProcessResetsItsSubscribers() {
        Subscription subscription = subscribe("c", "");
        takeAll(subscription);
        nowMs += 60_001;
        hub.settle(true);
        assertThat(takeAll(subscription)).hasSize(1).first().isInstanceOf(Delivery.Reset.class);
    }

    /** No task ran for so long that Kafka has deleted what is behind the committed offset. */
    @Test
    void gapBehindTheOffsetAtWhichTheTaskBeganResetsThePartition() {
        hub.append(ONE, 0, event("one", "Step"));
        Subscription subscription = subscribe("zero", "");
        String position = takeAll(subscription).get(0).position();
        hub.append(ZERO, 12, event("zero", "Step"));
        assertThat(takeAll(subscription)).hasSize(1).first().isInstanceOf(Delivery.Reset.class);
        assertThat(recovered("zero", position)).isFalse();
        hub.append(ZERO, 15, event("zero", "Step"));
        assertThat(takeAll(subscription)).hasSize(1).first().isInstanceOf(Delivery.Event.class);
    }

    /** Connect calls a paused task all the same, so that only the gap shows the pause. */
    @Test
    void gapAfterAPauseAsLongAsTheWindowResetsThePartition() {
        hub.append(ZERO, 10, event("zero", "Step"));
        hub.append(ONE, 0, event("one", "Step"));
        Subscription zero = subscribe("zero", "");
        Subscription one = subscribe("one", "");
        String position = takeAll(zero).get(0).position();
        takeAll(one);
        for (int i = 0; i < 3; i++) {
            nowMs += 25_000;
            hub.settle(true);
        }
        hub.append(ZERO, 50, event("zero", "Step"));
        hub.append(ONE, 1, event("one", "Step"));
        assertThat(takeAll(zero)).hasSize(1).first().isInstanceOf(Delivery.Reset.class);
        assertThat(takeAll(one)).hasSize(1).first().isInstanceOf(Delivery.Event.class);
        assertThat(recovered("zero", position)).isFalse();
        hub.append(ZERO, 60, event("zero", "Step"));
        assertThat(takeAll(zero)).hasSize(1).first().isInstanceOf(Delivery.Event.class);
    }

    @Test
    void nothingIsLeftOfUnusedChannels() {
        Subscription subscription = subscribe("c", "");
        hub.append(ZERO, 10, event("c", "Step"));
        hub.unsubscribe(subscription);
        hub.close(List.of(ZERO, ONE));
        assertThat(hub.counts()).isEqualTo(new HistoryCounts(0, 0, 0, 0, 0, 0, 0));
    }
}
