package io.millrace.benchmarks.views;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A view, and what keeps it up to date. */
record ViewContender(ViewMode mode, Way way) {
    /** What writes the view. */
    enum Way {
        /** A projection of the view's kind. */
        SINK("sink"),
        /** A projection of the kind {@code upsert} into a table of the records, which has a trigger. */
        TRIGGER("sink, trigger"),
        /** A program that fills a staging table, without Kafka, and INSERT … SELECT from there. */
        SELECT("staging, INSERT SELECT");

        private final String title;

        Way(String title) {
            this.title = title;
        }

        @Override
        public String toString() {
            return title;
        }
    }

    /** All that exist for topics in which orders have one record each, or several. */
    static List<ViewContender> all(boolean unique) {
        List<ViewContender> all = new ArrayList<>();
        for (ViewMode mode : ViewMode.values()) {
            for (Way way : Way.values()) {
                ViewContender contender = new ViewContender(mode, way);
                if (contender.exists(unique)) {
                    all.add(contender);
                }
            }
        }
        return all;
    }

    /** The sink writes the last record of an order in a batch alone, so a trigger does not see the others. */
    private boolean exists(boolean unique) {
        return switch (way) {
            case SINK -> true;
            case TRIGGER ->
                mode == ViewMode.AGGREGATE || mode == ViewMode.EXPLODE || (mode == ViewMode.APPEND && unique);
            case SELECT -> mode != ViewMode.UPSERT;
        };
    }

    /** Those of all whose names are in the list; all if it is empty. */
    static List<ViewContender> only(String names, boolean unique) {
        List<String> wanted = Arrays.asList(names.split(","));
        return all(unique).stream()
                .filter(contender -> names.isEmpty() || wanted.contains(contender.name()))
                .toList();
    }

    /** As the command line has it, such as {@code explode-trigger}. */
    String name() {
        String name = mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return way == Way.SINK ? name : name + "-" + way.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return name();
    }
}
