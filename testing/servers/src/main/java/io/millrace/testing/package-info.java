/** What randomised tests of all modules share. */
package io.millrace.testing;
