/** A source connector that wraps another one, and stores large values of its records. */
@NullMarked
package io.millrace.connectors.event;

import org.jspecify.annotations.NullMarked;
