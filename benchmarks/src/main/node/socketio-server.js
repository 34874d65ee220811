// A server with socket.io: a channel is a room. With "recover" as the last argument, it has the recovery of connections.
import { createServer } from "node:http";
import { Server } from "socket.io";
import { readTopic } from "./topic.js";

const [port, brokers, topic, recover] = process.argv.slice(2);
const http = createServer();
const server = new Server(http, {
  transports: ["websocket"],
  perMessageDeflate: false,
  serveClient: false,
  ...(recover ? { connectionStateRecovery: { maxDisconnectionDuration: 120_000, skipMiddlewares: true } } : {}),
});
server.on("connection", (socket) => {
  if (!socket.recovered) socket.join(socket.handshake.auth.channel);
  socket.emit("subscribed", socket.recovered);
});
http.listen({ host: "127.0.0.1", port: Number(port), backlog: 4096 });

await readTopic(brokers, topic, (channel, value) => server.to(channel).emit("event", JSON.parse(value.toString())));
