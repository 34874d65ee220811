/** The servers in containers, the Connect workers of the image that the build makes, for the tests that run on them. */
package io.millrace.it.containers;
