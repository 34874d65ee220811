/** What is different between the databases that sources read, for the commands that configure or run such a source. */
@NullMarked
package io.millrace.tools.source;

import org.jspecify.annotations.NullMarked;
