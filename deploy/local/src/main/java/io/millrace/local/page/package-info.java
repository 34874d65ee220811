/** The quickstart's page in the browser. */
package io.millrace.local.page;
