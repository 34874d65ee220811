/** The options of payloads, and the writers and readers that they configure. */
@NullMarked
package io.millrace.payloads.config;

import org.jspecify.annotations.NullMarked;
