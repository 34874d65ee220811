/** The commands of the runbook do what it promises. */
package io.millrace.it.runbook;
