/** The waiting time between attempts. */
@NullMarked
package io.millrace.retry;

import org.jspecify.annotations.NullMarked;
