/** Common parts of the randomised tests of all modules. */
package io.millrace.testing;
