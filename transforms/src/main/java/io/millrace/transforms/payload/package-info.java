/** The options of the transforms for large values. */
@NullMarked
package io.millrace.transforms.payload;

import org.jspecify.annotations.NullMarked;
