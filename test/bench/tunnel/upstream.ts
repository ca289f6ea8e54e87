import { createServer } from "node:http";

/** The agent of the bench: bodies of any size, and a sink. */
const chunk = Buffer.alloc(256 * 1024, "b");
const small = Buffer.alloc(1024, "b");
createServer((req, res) => {
  if (req.method === "POST") {
    let size = 0;
    req.on("data", (bytes: Buffer) => {
      size += bytes.length;
    });
    req.on("end", () => res.end(String(size)));
    return;
  }
  const size = Number(/(\d+)$/.exec(req.url ?? "")?.[1] ?? 0);
  res.setHeader("content-length", size);
  if (size === small.length) {
    res.end(small);
    return;
  }
  let left = size;
  const write = (): void => {
    while (left > 0) {
      const part = left >= chunk.length ? chunk : chunk.subarray(0, left);
      left -= part.length;
      if (!res.write(part)) {
        res.once("drain", write);
        return;
      }
    }
    res.end();
  };
  write();
}).listen(Number(process.env.PORT), "127.0.0.1");
