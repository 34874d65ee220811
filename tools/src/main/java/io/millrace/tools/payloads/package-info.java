/** {@code millrace payloads}: stored payloads that nothing refers to any more. */
package io.millrace.tools.payloads;
