/** Payloads as objects in S3. */
@NullMarked
package io.millrace.payloads.s3;

import org.jspecify.annotations.NullMarked;
