/**
 * The quickstart: the pipeline with the project's own connector configurations, a service that writes to the shop, and the
 * way that its rows take.
 */
package io.millrace.local.quickstart;
