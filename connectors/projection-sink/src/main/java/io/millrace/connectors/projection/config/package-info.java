/** The options of the sink, and the check of a configuration that is posted. */
@NullMarked
package io.millrace.connectors.projection.config;

import org.jspecify.annotations.NullMarked;
