/** Payloads as files in a folder. */
@NullMarked
package io.millrace.payloads.folder;

import org.jspecify.annotations.NullMarked;
