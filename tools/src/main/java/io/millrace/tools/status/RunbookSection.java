package io.millrace.tools.status;

/** The sections of the runbook that a problem refers to. */
enum RunbookSection {
    LOOK_AROUND("look-around"),
    TOPIC_IS_NOT_THE_ONE("the-topic-is-not-the-one-that-was-read"),
    VIEW_IS_REFUSED("a-view-is-refused"),
    REFUSED_RECORDS("refused-records"),
    REBUILD("rebuild-a-view"),
    ALTERED_TABLE("alter-a-table"),
    SKIPPED_TRANSACTION("skip-a-transaction"),
    LOST_BINLOG("a-lost-binlog"),
    LOST_SCHEMA_HISTORY("a-lost-schema-history"),
    PAYLOAD_STORE("the-payload-store-is-down-or-refuses");

    private final String anchor;

    RunbookSection(String anchor) {
        this.anchor = anchor;
    }

    /** The anchor of the section's title. */
    String anchor() {
        return anchor;
    }

    /** Where to read it. */
    String link() {
        return "docs/runbook.md#" + anchor;
    }
}
