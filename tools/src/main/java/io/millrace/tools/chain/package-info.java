/** A connector's transforms outside a worker, made by Connect's own classes. */
@NullMarked
package io.millrace.tools.chain;

import org.jspecify.annotations.NullMarked;
