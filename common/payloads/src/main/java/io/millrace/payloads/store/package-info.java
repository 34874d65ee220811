/** The interfaces of stores, and the names of objects in stores. */
@NullMarked
package io.millrace.payloads.store;

import org.jspecify.annotations.NullMarked;
