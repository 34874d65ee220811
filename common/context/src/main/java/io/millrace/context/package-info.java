/**
 * The context of the request that made a change: found in the SQL comment of its statement and in other places, and written
 * into the headers of the change's record.
 */
@NullMarked
package io.millrace.context;

import org.jspecify.annotations.NullMarked;
