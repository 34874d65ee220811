/** Access of tests to the documents whose statements they prove. */
package io.millrace.testing.documents;
