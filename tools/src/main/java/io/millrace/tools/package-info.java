/** Millrace's command: one class for each subcommand, and their common arguments and configuration files. */
@NullMarked
package io.millrace.tools;

import org.jspecify.annotations.NullMarked;
