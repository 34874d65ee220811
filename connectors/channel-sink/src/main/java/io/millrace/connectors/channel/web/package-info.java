/** The listener for browsers: WebSocket, server-sent events, health, and the browser module. */
@NullMarked
package io.millrace.connectors.channel.web;

import org.jspecify.annotations.NullMarked;
