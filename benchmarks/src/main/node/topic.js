import { Kafka, logLevel } from "kafkajs";

/** Calls a handler with the key and the value of each record of a topic that is written from now on. Prints "ready" when it reads. */
export async function readTopic(brokers, topic, handler) {
  const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.ERROR });
  const consumer = kafka.consumer({ groupId: "peer-" + process.pid });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  consumer.on(consumer.events.FETCH_START, () => {
    if (!readTopic.ready) {
      readTopic.ready = true;
      console.log("ready");
    }
  });
  await consumer.run({
    eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
      for (const { key, value, offset } of batch.messages) {
        handler(key.toString(), value);
        resolveOffset(offset);
      }
      await heartbeat();
    },
  });
}

// So that memory is measured without garbage; Node has to be started with --expose-gc.
process.on("SIGUSR2", () => {
  globalThis.gc();
  globalThis.gc();
});
