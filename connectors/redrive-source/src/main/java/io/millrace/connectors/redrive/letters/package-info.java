/** Dead letters: what their headers contain, which of them are to come back, where to, and with which headers. */
@NullMarked
package io.millrace.connectors.redrive.letters;

import org.jspecify.annotations.NullMarked;
