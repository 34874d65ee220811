/** The transforms that Connect loads; each reads its options and delegates to a package below. */
@NullMarked
package io.millrace.transforms;

import org.jspecify.annotations.NullMarked;
