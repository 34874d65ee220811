package io.millrace.connectors.projection.faults;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The sink's option {@code processing.guarantee}, and what a campaign can do with each value. */
enum Guarantee {
    /** A ledger beside the views. */
    EXACTLY_ONCE,
    /** The consumer group's offsets, and revisions: of rows that are never deleted. */
    AT_LEAST_ONCE;

    /** Those that a sink without a ledger does not notice, and those of the ledger itself. */
    private static final Set<String> OF_THE_LEDGER = Set.of(
            "deadlock",
            "failover-lost-transactions",
            "members-dropped",
            "projection-added",
            "rebuild-swapped",
            "rebuild-abandoned",
            "rebuild-reposted",
            "topic-recreated",
            "view-dropped");

    /**
     * The guarantee with this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Guarantee parse(String name) {
        for (Guarantee guarantee : values()) {
            if (guarantee.option().equals(name)) {
                return guarantee;
            }
        }
        throw new IllegalArgumentException("There is no guarantee " + name);
    }

    /** The value of the option. */
    String option() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether an event may take effect again, with the same row as before. */
    boolean repeatsEffects() {
        return this == AT_LEAST_ONCE;
    }

    boolean keepsLedger() {
        return this == EXACTLY_ONCE;
    }

    /** Whether faults of this kind can strike. */
    boolean allows(String kind) {
        return keepsLedger() || !OF_THE_LEDGER.contains(kind);
    }

    /** The topics. */
    List<EventSource> sources(Orders orders) {
        return keepsLedger() ? List.of(orders, new Sites(), new Stores()) : List.of(orders, new Stores());
    }

    /** The views, each with its model. */
    List<ViewModel> views() {
        return keepsLedger()
                ? List.of(
                        new OrdersView(),
                        new AppsView(),
                        new TotalsView(),
                        new ActivityView(),
                        new HistoryView(),
                        new StoresView())
                : List.of(new MarkedOrdersView(), new KeptStoresView());
    }
}
