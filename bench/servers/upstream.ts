/** The upstream service of the benchmarks: the same short answer to every request, made of as little work as possible. A process of its own. */
import { createServer } from "node:net";

const ANSWER = Buffer.from(
  "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\nok\n",
);
const END = "\r\n\r\n";

// The gateway sends requests without a body, so that an empty line is the end of each.
const server = createServer({ noDelay: true }, (socket) => {
  let rest = "";
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    rest += chunk.toString("latin1");
    for (let end = rest.indexOf(END); end >= 0; end = rest.indexOf(END)) {
      rest = rest.slice(end + END.length);
      socket.write(ANSWER);
    }
  });
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") process.send?.({ port: address.port });
});
process.once("disconnect", () => process.exit(0));
