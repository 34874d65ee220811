#!/bin/sh
# Creates the topic of the jobs that are for the data centre east, unless it exists. For the cluster west.
#
# usage: KAFKA_TOPICS=/opt/kafka/bin/kafka-topics.sh topics.sh --bootstrap-server HOST:PORT [--command-config ADMIN.properties]
set -eu

create() {
  "${KAFKA_TOPICS:-kafka-topics.sh}" --create --if-not-exists "$@"
}

create "$@" --topic imports.jobs.east --partitions 6
