/** The command {@code millrace schedules}. */
@NullMarked
package io.millrace.tools.schedules;

import org.jspecify.annotations.NullMarked;
