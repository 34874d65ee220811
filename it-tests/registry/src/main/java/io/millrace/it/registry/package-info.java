/** The parts of a schema registry that tests need. */
package io.millrace.it.registry;
