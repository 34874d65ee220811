/** The command's {@code contract} and {@code contract-diff}: what a connector's events promise, and what changed of it. */
@NullMarked
package io.millrace.tools.contract;

import org.jspecify.annotations.NullMarked;
