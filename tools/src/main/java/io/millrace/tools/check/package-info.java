/** {@code millrace check}: a configuration against the plugins, the database, the topics and the other connectors. */
@NullMarked
package io.millrace.tools.check;

import org.jspecify.annotations.NullMarked;
