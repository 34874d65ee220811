#!/bin/sh
# Creates the topics that must exist before the shop's connectors are posted, unless they exist. Connect and the connectors create
# all others. The number of partitions of shop.requests must never change. Letters keep the timestamps of their records, so their
# topics keep records of any age. A service writes to shop.visits by a SpoolingProducer.
#
# usage: KAFKA_TOPICS=/opt/kafka/bin/kafka-topics.sh topics.sh --bootstrap-server HOST:PORT [--command-config ADMIN.properties]
set -eu

create() {
  "${KAFKA_TOPICS:-kafka-topics.sh}" --create --if-not-exists "$@"
}

create "$@" --topic shop.shop.subscriptions --partitions 4
create "$@" --topic subscriptions.heartbeat --partitions 1 --config cleanup.policy=compact
create "$@" --topic shop.requests --partitions 4
create "$@" --topic shop.replies --partitions 4
create "$@" --topic shop.renewals --partitions 4
create "$@" --topic renewals.dlq --partitions 1 --config retention.ms=-1
create "$@" --topic renewals.retry --partitions 4 --config retention.ms=-1
create "$@" --topic renewals.parked --partitions 1 --config retention.ms=-1
create "$@" --topic shop.visits --partitions 4
