/**
 * The request that a thread of a service works for: its context is read where the request comes in, carried over threads, and
 * written into headers and SQL comments.
 *
 * <p>{@link io.millrace.client.context.RequestContext} is the value, {@link io.millrace.client.context.ContextHeaders} reads and
 * writes it as headers, {@link io.millrace.client.context.SqlComment} as a comment.
 */
@NullMarked
package io.millrace.client.context;

import org.jspecify.annotations.NullMarked;
