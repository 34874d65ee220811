#!/bin/sh
# Creates the topics of the import, unless they exist. An importer reads whole partitions of imports.jobs, so at most 6 importers work at
# a time. The number of partitions of imports.notifications must not change: a channel's events are in one partition.
#
# usage: KAFKA_TOPICS=/opt/kafka/bin/kafka-topics.sh topics.sh --bootstrap-server HOST:PORT [--command-config ADMIN.properties]
set -eu

create() {
  "${KAFKA_TOPICS:-kafka-topics.sh}" --create --if-not-exists "$@"
}

create "$@" --topic imports.requested --partitions 1
create "$@" --topic imports.jobs --partitions 6
create "$@" --topic imports.done --partitions 4
create "$@" --topic imports.notifications --partitions 4 --config retention.ms=3600000
