/** Changes of rows become events and rows of views, with the configurations that the project ships. */
package io.millrace.it.pipeline;
