/** What projections require of topics. */
@NullMarked
package io.millrace.connectors.projection.kafka;

import org.jspecify.annotations.NullMarked;
