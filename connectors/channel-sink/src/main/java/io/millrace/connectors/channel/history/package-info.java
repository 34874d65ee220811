/**
 * The history of channels, and the rule by which a subscriber resumes in it. It has no sockets and no Connect: records go in, deliveries come
 * out.
 */
@NullMarked
package io.millrace.connectors.channel.history;

import org.jspecify.annotations.NullMarked;
