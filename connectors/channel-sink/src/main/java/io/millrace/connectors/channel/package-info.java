/** A sink connector that pushes events of topics to browsers. */
@NullMarked
package io.millrace.connectors.channel;

import org.jspecify.annotations.NullMarked;
