/** The input of every command: arguments, configuration files, and the exception for wrong usage. */
@NullMarked
package io.millrace.tools.input;

import org.jspecify.annotations.NullMarked;
