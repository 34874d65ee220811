/** The request context in the statements of jOOQ. */
@NullMarked
package io.millrace.client.context.jooq;

import org.jspecify.annotations.NullMarked;
