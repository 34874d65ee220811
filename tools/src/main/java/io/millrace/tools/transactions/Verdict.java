package io.millrace.tools.transactions;

import io.millrace.tools.cluster.OpenTransaction;

/**
 * A transaction that is open in a partition, and how its coordinator has ended it.
 *
 * @param transactionalId of the producer; empty if the coordinator's log does not contain it
 * @param markerEpoch the producer's epoch in the markers of the transaction; unused without an ending
 */
record Verdict(OpenTransaction transaction, Ending ending, String transactionalId, short markerEpoch) {}
