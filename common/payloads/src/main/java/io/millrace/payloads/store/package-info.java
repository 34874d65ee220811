/** What every kind of store implements, and the names that stores give to objects. */
@NullMarked
package io.millrace.payloads.store;

import org.jspecify.annotations.NullMarked;
