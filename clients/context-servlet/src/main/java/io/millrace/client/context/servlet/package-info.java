/** The request context of services with servlets. */
@NullMarked
package io.millrace.client.context.servlet;

import org.jspecify.annotations.NullMarked;
