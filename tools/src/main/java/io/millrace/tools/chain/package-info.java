/** A connector's transforms outside a worker, made by Connect's own classes. */
package io.millrace.tools.chain;
