/** The request context in the statements of Hibernate. */
@NullMarked
package io.millrace.client.context.hibernate;

import org.jspecify.annotations.NullMarked;
