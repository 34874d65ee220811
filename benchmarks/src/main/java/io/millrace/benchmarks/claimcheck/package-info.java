/** Large values in a bucket: Millrace's three plugins compared with another project and with the AWS SDK alone. */
package io.millrace.benchmarks.claimcheck;
