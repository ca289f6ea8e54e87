import assert from "node:assert/strict";
import { once } from "node:events";
import type { RequestListener } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { createDispatcher, type Listener, listen } from "@tidewaiter/runtime";
import { type AgentResponse, requestAgent } from "./agent-response.ts";

const WHOLE_BYTES = 100;

describe("a response of the agent", () => {
  const dispatcher = createDispatcher({});
  const listeners: Listener[] = [];
  after(async () => {
    await dispatcher.destroy();
    await Promise.all(listeners.map((listener) => listener.close(0)));
  });
  const ask = async (handler: RequestListener, signal = new AbortController().signal): Promise<AgentResponse> => {
    const listener = await listen(handler, { port: 0, host: "127.0.0.1" });
    listeners.push(listener);
    return requestAgent(dispatcher, { origin: listener.url, path: "/", method: "GET" }, WHOLE_BYTES, signal);
  };
  const flowing = ({ body }: AgentResponse): Readable => {
    assert.ok(body instanceof Readable);
    return body;
  };

  it("comes whole when it says that it is small", async () => {
    const { status, body } = await ask((_req, res) => void res.writeHead(201, { "content-length": 5 }).end("small"));

    assert.deepEqual([status, String(body)], [201, "small"]);
  });

  it("flows when it is large or does not say", async () => {
    const large = await ask((_req, res) => void res.setHeader("content-length", 500).end(Buffer.alloc(500)));
    const silent = await ask((_req, res) => {
      res.write("a");
      res.end("b");
    });

    assert.deepEqual([(await buffer(flowing(large))).length, String(await buffer(flowing(silent)))], [500, "ab"]);
  });

  it("is no more than asked for while nobody reads", async () => {
    const body = flowing(await ask((_req, res) => void res.end(Buffer.alloc(50_000_000))));
    await once(body, "readable");

    assert.ok(body.readableLength < 1_000_000, `${body.readableLength} bytes wait`);
    assert.equal((await buffer(body)).length, 50_000_000);
  });

  it("rejects with the signal before its head, and breaks off with it afterwards", async () => {
    const controller = new AbortController();
    const reason = new Error("given up");
    const body = flowing(await ask((_req, res) => void res.write("first"), controller.signal));
    const waiting = ask((_req, _res) => controller.abort(reason), controller.signal);

    await assert.rejects(waiting, reason);
    await assert.rejects(buffer(body), reason);
  });

  it("rejects when a small one breaks off, and breaks off when a large one does", async () => {
    const small = ask((_req, res) => {
      res.setHeader("content-length", 50).write("x");
      setImmediate(() => res.destroy());
    });
    await assert.rejects(small);

    const large = flowing(
      await ask((_req, res) => {
        res.setHeader("content-length", 5_000).write("x");
        setTimeout(() => res.destroy(), 20);
      }),
    );
    await assert.rejects(buffer(large));
  });
});
