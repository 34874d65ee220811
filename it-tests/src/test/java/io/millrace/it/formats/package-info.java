/** Every type of column and every format of messages leads to the same values. */
package io.millrace.it.formats;
