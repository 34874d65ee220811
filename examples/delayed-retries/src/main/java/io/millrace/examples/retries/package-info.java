/** A service that retries failed events after a delay, by schedules. */
@NullMarked
package io.millrace.examples.retries;

import org.jspecify.annotations.NullMarked;
