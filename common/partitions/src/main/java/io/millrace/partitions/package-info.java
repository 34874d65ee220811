/**
 * What source connectors over topics share: the brokers' options and answers, the split of partitions over tasks, positions, and
 * the reader.
 */
@NullMarked
package io.millrace.partitions;

import org.jspecify.annotations.NullMarked;
