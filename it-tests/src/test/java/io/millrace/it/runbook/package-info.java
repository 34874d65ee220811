/** The commands of the runbook and of the tutorial do what these documents promise. */
package io.millrace.it.runbook;
