/** Large values in a bucket: Millrace's three ways beside a peer's and the AWS SDK alone. */
package io.millrace.benchmarks.claimcheck;
