/** {@code millrace spool}: what waits for Kafka. */
@NullMarked
package io.millrace.tools.spool;

import org.jspecify.annotations.NullMarked;
