/** Millrace's command: one class for each of its words, and what they share of arguments and configuration files. */
@NullMarked
package io.millrace.tools;

import org.jspecify.annotations.NullMarked;
