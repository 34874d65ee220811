/** The request context of services that run the JDK's HTTP server. */
@NullMarked
package io.millrace.client.context.httpserver;

import org.jspecify.annotations.NullMarked;
