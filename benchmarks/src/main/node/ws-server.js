// A server as a team writes it with ws: the clients of a channel are in a set. It has no history.
import { WebSocketServer } from "ws";
import { readTopic } from "./topic.js";

const [port, brokers, topic] = process.argv.slice(2);
const channels = new Map();

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(port), backlog: 4096, perMessageDeflate: false });
server.on("connection", (socket, request) => {
  const channel = new URL(request.url, "http://localhost").searchParams.get("channel");
  const clients = channels.get(channel) ?? new Set();
  channels.set(channel, clients.add(socket));
  socket.on("error", () => {});
  socket.on("close", () => {
    clients.delete(socket);
    if (!clients.size) channels.delete(channel);
  });
  socket.send('{"subscribed":true}');
});

await readTopic(brokers, topic, (channel, value) => {
  const text = value.toString();
  for (const client of channels.get(channel) ?? []) client.send(text);
});
