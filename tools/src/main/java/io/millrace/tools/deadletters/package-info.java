/** {@code millrace redrive}: the records of dead letter queues, with their reasons and the places that they come from. */
@NullMarked
package io.millrace.tools.deadletters;

import org.jspecify.annotations.NullMarked;
