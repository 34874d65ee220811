package io.millrace.connectors.projection.ledger;

import org.jspecify.annotations.Nullable;

/**
 * The offset at which a partition resumes.
 *
 * @param nextOffset the offset behind the last record that the views contain
 * @param topicId the id of the topic that it belongs to; null if it is not known
 */
public record LedgerPosition(long nextOffset, @Nullable String topicId) {}
