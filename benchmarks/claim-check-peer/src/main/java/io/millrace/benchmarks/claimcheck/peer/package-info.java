/** The peer that the claim check is measured against, with the version of the AWS SDK that it was built with. */
package io.millrace.benchmarks.claimcheck.peer;
