import { createServer, type Socket } from "node:net";
import { MessageReader } from "./message-reader.ts";

/**
 * The agent of the bench: `GET /…<n>` answers n bytes, `POST` swallows a body and tells its size. Like the load it does no
 * more than HTTP asks for, so that the processors are left to what is measured.
 */
const chunk = Buffer.alloc(256 * 1024, "b");
const small = answer(200, Buffer.alloc(1_024, "b"));

createServer({ noDelay: true }, (socket) => {
  const reader = new MessageReader("requests", (firstLine, bodyBytes) => {
    if (firstLine.startsWith("POST ")) socket.write(answer(200, Buffer.from(String(bodyBytes))));
    else sendBytes(socket, Number(/(\d+) HTTP/.exec(firstLine)?.[1] ?? 0));
  });
  socket.on("data", (bytes) => reader.push(bytes));
  socket.on("error", () => socket.destroy());
}).listen(Number(process.env.PORT), "127.0.0.1");

function sendBytes(socket: Socket, size: number): void {
  if (size === 1_024) {
    socket.write(small);
    return;
  }
  socket.write(head(200, size));
  let left = size;
  const write = (): void => {
    while (left > 0) {
      const part = left >= chunk.length ? chunk : chunk.subarray(0, left);
      left -= part.length;
      if (!socket.write(part)) {
        socket.once("drain", write);
        return;
      }
    }
  };
  write();
}

function answer(status: number, body: Buffer): Buffer {
  return Buffer.concat([head(status, body.length), body]);
}

function head(status: number, length: number): Buffer {
  return Buffer.from(
    `HTTP/1.1 ${status} OK\r\ncontent-type: application/octet-stream\r\ncontent-length: ${length}\r\n\r\n`,
  );
}
