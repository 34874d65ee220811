package io.millrace.it.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.it.shop.EventLog.Seen;
import io.millrace.local.Pipeline;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares what the pipeline made with what the model says, event by event and row by row. */
public final class Comparison {
    public static final String ORDERS = "shop.orders";
    public static final String SITES = "shop.sites";

    private static final Duration TIME_TO_ARRIVE = Duration.ofMinutes(2);

    private final Pipeline pipeline;
    private final Shop shop;

    public Comparison(Pipeline pipeline, Shop shop) {
        this.pipeline = pipeline;
        this.shop = shop;
    }

    /** Waits until this many events are there; returns them. More than that is found by the comparison. */
    public List<Seen> awaitEvents(String topic, int count) {
        List<Seen> events = new ArrayList<>();
        await("events in " + topic)
                .atMost(TIME_TO_ARRIVE)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    events.clear();
                    events.addAll(EventLog.read(pipeline.bootstrapServers(), topic));
                    assertThat(events).hasSizeGreaterThanOrEqualTo(count);
                });
        return events;
    }

    /** Every change became the event that the model says, once, in the order of its key; every id is another. */
    public List<Seen> assertEventsExactlyOnce(String topic, List<Shop.Event> expected) {
        List<Seen> seen = awaitEvents(topic, expected.size());
        assertEventsOnce(topic, seen, expected);
        return seen;
    }

    /** These are the events that the model says, in the order of their keys; every id is another. */
    public static void assertEventsOnce(String topic, List<Seen> seen, List<Shop.Event> expected) {
        Map<Long, List<Shop.Event>> expectedByKey = byKey(expected);
        Map<Long, List<Shop.Event>> seenByKey =
                byKey(seen.stream().map(Seen::event).toList());
        // Key by key, so that what is said of a difference can be read.
        expectedByKey.forEach((key, events) ->
                assertThat(seenByKey.get(key)).as(topic + ", key " + key).isEqualTo(events));
        assertThat(seenByKey.keySet()).isEqualTo(expectedByKey.keySet());
        assertThat(seen).extracting(Seen::id).doesNotHaveDuplicates();
    }

    /** Waits until each view equals the model, row by row. */
    public void assertViews() throws Exception {
        try (Connection views = pipeline.connectToViews()) {
            await("order_status").atMost(TIME_TO_ARRIVE).untilAsserted(() -> assertThat(Views.orderStatus(views))
                    .isEqualTo(Views.orderStatus(shop)));
            await("customer_totals").atMost(TIME_TO_ARRIVE).untilAsserted(() -> assertThat(Views.customerTotals(views))
                    .isEqualTo(Views.customerTotals(shop)));
            await("installed_apps").atMost(TIME_TO_ARRIVE).untilAsserted(() -> assertThat(Views.installedApps(views))
                    .isEqualTo(Views.installedApps(shop)));
        }
    }

    /** The events of each key, in their order. */
    public static Map<Long, List<Shop.Event>> byKey(List<Shop.Event> events) {
        Map<Long, List<Shop.Event>> byKey = new TreeMap<>();
        events.forEach(event ->
                byKey.computeIfAbsent(event.key(), key -> new ArrayList<>()).add(event));
        return byKey;
    }

    /** The ids of each key's events, in their order. */
    public static Map<Long, List<String>> idsByKey(List<Seen> events) {
        Map<Long, List<String>> byKey = new TreeMap<>();
        events.forEach(seen -> byKey.computeIfAbsent(seen.event().key(), key -> new ArrayList<>())
                .add(seen.id()));
        return byKey;
    }
}
