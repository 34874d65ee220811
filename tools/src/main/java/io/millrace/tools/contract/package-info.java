/** The command's {@code contract} and {@code contract-diff}: the contract of a connector's events, and its changes. */
@NullMarked
package io.millrace.tools.contract;

import org.jspecify.annotations.NullMarked;
