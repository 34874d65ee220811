/** Stores that use other stores: with retries, with a fallback, by size, or by location. */
@NullMarked
package io.millrace.payloads.layered;

import org.jspecify.annotations.NullMarked;
