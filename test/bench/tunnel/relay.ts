import { connect, createServer } from "node:net";

/**
 * The floor: bytes from one port to another, and nothing else. Two of them in a row stand where client and server
 * would stand.
 */
const [port, target] = process.argv.slice(2).map(Number);
createServer((incoming) => {
  const outgoing = connect(target ?? 0, "127.0.0.1");
  incoming.setNoDelay(true);
  outgoing.setNoDelay(true);
  incoming.pipe(outgoing).pipe(incoming);
  incoming.on("error", () => outgoing.destroy());
  outgoing.on("error", () => incoming.destroy());
}).listen(port, "127.0.0.1");
