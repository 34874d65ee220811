/** {@code millrace payloads}: stored payloads that nothing refers to any more. */
@NullMarked
package io.millrace.tools.payloads;

import org.jspecify.annotations.NullMarked;
