/** The declaration of options: each once, with default, rule, importance and the text of the reference. */
@NullMarked
package io.millrace.config;

import org.jspecify.annotations.NullMarked;
