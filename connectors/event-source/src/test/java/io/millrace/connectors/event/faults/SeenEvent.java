package io.millrace.connectors.event.faults;

/**
 * An event that a topic has.
 *
 * @param id its {@code ce_id}
 * @param snapshot whether it is of a row that a snapshot found
 * @param flaw what is wrong with it, whatever the change was; empty if nothing is
 */
record SeenEvent(ShopEvent event, String id, boolean snapshot, String flaw) {}
