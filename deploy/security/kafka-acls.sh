#!/bin/sh
# The access control lists of the worker and of the shop's connectors, for a broker that denies everything else.
#
# usage: KAFKA_ACLS=/opt/kafka/bin/kafka-acls.sh kafka-acls.sh --bootstrap-server HOST:PORT --command-config ADMIN.properties
set -eu

allow() {
  "${KAFKA_ACLS:-kafka-acls.sh}" "$@"
}

# The worker: its three topics, its group (group.id=millrace), and the transactions in which it writes the connectors'
# configurations.
allow "$@" --add --allow-principal User:connect --operation Read --operation Write --operation Create --operation DescribeConfigs --topic connect- --resource-pattern-type prefixed
allow "$@" --add --allow-principal User:connect --operation Read --group millrace
allow "$@" --add --allow-principal User:connect --operation Write --operation Describe --transactional-id connect-cluster-millrace

# The source connectors: the events, the schema history, the chunks, the offsets that are committed with the events, and the
# transactions of their tasks (GROUP.ID-CONNECTOR-TASK).
allow "$@" --add --allow-principal User:shop-source --operation Read --operation Write --operation Create --operation DescribeConfigs --topic shop. --resource-pattern-type prefixed
allow "$@" --add --allow-principal User:shop-source --operation Read --operation Write --operation Create --operation DescribeConfigs --topic shop-media. --resource-pattern-type prefixed
allow "$@" --add --allow-principal User:shop-source --operation Read --operation Write --operation Create --operation DescribeConfigs --topic shop-customers. --resource-pattern-type prefixed
allow "$@" --add --allow-principal User:shop-source --operation Read --operation Write --operation DescribeConfigs --topic connect-offsets
allow "$@" --add --allow-principal User:shop-source --operation Read --group shop-schemahistory
allow "$@" --add --allow-principal User:shop-source --operation Read --group shop-media-schemahistory
allow "$@" --add --allow-principal User:shop-source --operation Read --group shop-customers-schemahistory
allow "$@" --add --allow-principal User:shop-source --operation Write --operation Describe --transactional-id millrace-shop- --resource-pattern-type prefixed

# The source connectors over topics, with the same user: the heartbeats and the records that cannot be decoded of the topic source, and
# the transactions of its tasks and of those of the schedules.
allow "$@" --add --allow-principal User:shop-source --operation Write --operation Create --topic subscriptions. --resource-pattern-type prefixed
allow "$@" --add --allow-principal User:shop-source --operation Write --operation Describe --transactional-id millrace-subscriptions- --resource-pattern-type prefixed
allow "$@" --add --allow-principal User:shop-source --operation Write --operation Describe --transactional-id millrace-schedules- --resource-pattern-type prefixed

# The redrive connector, which alone writes to a retry topic: the letters, the topics to which they go, the letters that wait, the
# offsets that are committed with them, the transactions of its tasks. Letters come from shop.renewals.
allow "$@" --add --allow-principal User:shop-redrive --operation Read --topic renewals.dlq
allow "$@" --add --allow-principal User:shop-redrive --operation Describe --topic shop.renewals
allow "$@" --add --allow-principal User:shop-redrive --operation Write --topic renewals.retry
allow "$@" --add --allow-principal User:shop-redrive --operation Write --topic renewals.parked
allow "$@" --add --allow-principal User:shop-redrive --operation Write --operation Create --topic renewals.dlq.parked
allow "$@" --add --allow-principal User:shop-redrive --operation Read --operation Write --operation Create --operation DescribeConfigs --topic renewals-redrive.state
allow "$@" --add --allow-principal User:shop-redrive --operation Read --operation Write --operation DescribeConfigs --topic connect-offsets
allow "$@" --add --allow-principal User:shop-redrive --operation Write --operation Describe --transactional-id millrace-renewals-redrive- --resource-pattern-type prefixed

# The spool connector: the topics of services, which it reads to find what their producers have written, the offsets that are committed
# with the records, the transactions of its tasks. And a service that writes by a SpoolingProducer.
allow "$@" --add --allow-principal User:shop-spool --operation Read --operation Write --topic shop.visits
allow "$@" --add --allow-principal User:shop-spool --operation Read --operation Write --operation DescribeConfigs --topic connect-offsets
allow "$@" --add --allow-principal User:shop-spool --operation Write --operation Describe --transactional-id millrace-spool- --resource-pattern-type prefixed
allow "$@" --add --allow-principal User:shop-visits --operation Write --topic shop.visits

# The sink connectors: the events, the topic of a table that one of them looks up, their groups (connect-CONNECTOR), their dead
# letter queues.
allow "$@" --add --allow-principal User:shop-views --operation Read --topic shop. --resource-pattern-type prefixed
allow "$@" --add --allow-principal User:shop-views --operation DescribeConfigs --topic shop.countries
allow "$@" --add --allow-principal User:shop-views --operation Read --group connect-order-status
allow "$@" --add --allow-principal User:shop-views --operation Read --group connect-products
allow "$@" --add --allow-principal User:shop-views --operation Read --group connect-site-documents
allow "$@" --add --allow-principal User:shop-views --operation Read --group connect-customers
allow "$@" --add --allow-principal User:shop-views --operation Write --operation Create --topic order-status.dlq
allow "$@" --add --allow-principal User:shop-views --operation Write --operation Create --topic products.dlq
allow "$@" --add --allow-principal User:shop-views --operation Write --operation Create --topic site-documents.dlq
allow "$@" --add --allow-principal User:shop-views --operation Write --operation Create --topic customers.dlq
allow "$@" --add --allow-principal User:shop-views --operation Read --topic renewals.retry
allow "$@" --add --allow-principal User:shop-views --operation Read --group connect-renewals
allow "$@" --add --allow-principal User:shop-views --operation Write --operation Create --topic renewals.dlq

# The channel sink, whose listener browsers reach, with a user of its own: it reads the events of its channels and nothing else.
allow "$@" --add --allow-principal User:shop-channels --operation Read --topic shop.orders
allow "$@" --add --allow-principal User:shop-channels --operation Read --group connect-order-channels
allow "$@" --add --allow-principal User:shop-channels --operation Write --operation Create --topic order-channels.dlq
