/** {@code millrace status}: connectors, lag, dead letters, what is wrong and what to do. */
@NullMarked
package io.millrace.tools.status;

import org.jspecify.annotations.NullMarked;
