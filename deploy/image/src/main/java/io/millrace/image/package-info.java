/** The programs that run in the Connect image, before the worker and next to it. */
@NullMarked
package io.millrace.image;

import org.jspecify.annotations.NullMarked;
