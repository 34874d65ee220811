/** {@code millrace payloads}: stored payloads without references. */
@NullMarked
package io.millrace.tools.payloads;

import org.jspecify.annotations.NullMarked;
