/** {@code millrace transactions}: transactions of Kafka whose end is missing in a partition. */
@NullMarked
package io.millrace.tools.transactions;

import org.jspecify.annotations.NullMarked;
