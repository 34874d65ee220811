/** The programs that run in the Connect image, before and beside the worker. */
package io.millrace.image;
