/** Access to a running cluster: Connect's REST interface and the brokers, with the settings of the user's files. */
@NullMarked
package io.millrace.tools.cluster;

import org.jspecify.annotations.NullMarked;
