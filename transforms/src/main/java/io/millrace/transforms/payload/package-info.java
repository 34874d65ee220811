/** What the transforms for large values are configured with. */
package io.millrace.transforms.payload;
