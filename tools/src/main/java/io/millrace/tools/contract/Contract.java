package io.millrace.tools.contract;

import io.millrace.rules.EventContract;
import java.util.List;
import java.util.Map;

/**
 * The contract of a connector.
 *
 * @param connector its name
 * @param events the events of its rules, in the rules' order
 * @param contextKeys the headers of the request's context that an event may have
 * @param options the connector's options
 */
record Contract(String connector, List<EventContract> events, List<String> contextKeys, Map<String, String> options) {}
