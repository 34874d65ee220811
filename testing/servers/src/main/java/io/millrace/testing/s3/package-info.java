/** A proxy in front of an S3 server that enforces IAM policies, as the tests of the shipped policies need it. */
package io.millrace.testing.s3;
