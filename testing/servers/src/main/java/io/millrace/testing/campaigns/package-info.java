/**
 * Campaigns of faults: servers under load are hit by one random fault after the other, and after each fault the state
 * is compared with a model. A campaign is a list of {@link Fault kinds} and a {@link CampaignSubject}.
 */
package io.millrace.testing.campaigns;
