/**
 * Request context: who asked for a change, found in the SQL comment of its statement and in other places. Knows records
 * and their values, but nothing of how Connect loads plugins.
 */
package io.millrace.transforms.context;
