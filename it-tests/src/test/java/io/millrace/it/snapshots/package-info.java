/** Snapshots find every row once the tables change meanwhile, and resume after a crash. */
package io.millrace.it.snapshots;
