/**
 * An import of contacts whose page shows the progress. A service stores the upload as one row and answers at once; events of rows
 * start everything else: a splitter makes jobs, importers import contacts, a view counts the jobs that are done, and channels bring its
 * changes to the page.
 */
@NullMarked
package io.millrace.examples.imports;

import org.jspecify.annotations.NullMarked;
