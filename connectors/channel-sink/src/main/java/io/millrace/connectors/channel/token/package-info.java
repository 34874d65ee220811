/** The tokens by which subscribers prove which channels they may read. */
@NullMarked
package io.millrace.connectors.channel.token;

import org.jspecify.annotations.NullMarked;
