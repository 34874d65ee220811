package io.millrace.local.quickstart;

/**
 * That a user has seen a page.
 *
 * @param id of the event, in its header {@code ce_id}
 */
record Visit(String id, String user, String page) {}
