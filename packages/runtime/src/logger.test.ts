import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import debug from "debug";
import { createLogger, type LoggerOptions } from "./logger.ts";
import { guardOutput } from "./output-guard.ts";
import { createRedactor } from "./redaction.ts";

function capture(options: Partial<LoggerOptions> = {}) {
  const stream = new PassThrough();
  const log = createLogger({ role: "agent", stream, ...options });
  return { log, text: () => String(stream.read() ?? "") };
}

describe("createLogger", () => {
  it("writes one JSON object a line with time, level, message, role and fields", () => {
    const { log, text } = capture();

    log.child({ requestId: "r1" }).warn("tunnel lost", { code: "TUNNEL_DOWN" });

    const { time, ...line } = JSON.parse(text());
    assert.ok(!Number.isNaN(Date.parse(time)));
    assert.deepEqual(line, { level: "warn", msg: "tunnel lost", role: "agent", requestId: "r1", code: "TUNNEL_DOWN" });
  });

  it("keeps its level and changes it at run time", () => {
    const { log, text } = capture({ level: "error" });
    log.info("hidden");
    log.setLevel("debug");
    log.debug("shown");

    assert.match(text(), /^\{.*"msg":"shown".*\}\n$/);
  });

  it("writes aligned text for a terminal, without control characters from outside", () => {
    const { log, text } = capture({ isTerminal: true });

    log.info("image found", { tag: "evil\u001b[2J\nnext" });

    assert.match(text(), /^\d\d:\d\d:\d\d\.\d{3} {2}info {3}image found {2}tag=evil\\u001b\[2J next\n$/);
  });

  it("shows no known secret, whether in the message, a field, an error or its cause", () => {
    const redactor = createRedactor();
    redactor.add("hunter22");
    const { log, text } = capture({ redactor });

    log.error("login hunter22 failed", {
      url: "x?y=hunter22",
      error: new Error("hunter22", { cause: new Error("hunter22") }),
    });

    assert.doesNotMatch(text(), /hunter22/);
  });
});

describe("guardOutput", () => {
  it("takes secrets out of what libraries write under DEBUG=*", () => {
    const redactor = createRedactor();
    redactor.add("hunter22");
    const sink = new PassThrough();
    const release = guardOutput(sink as unknown as NodeJS.WriteStream, redactor);
    const namespace = debug("library");
    namespace.enabled = true;
    namespace.log = (...args: unknown[]) => sink.write(`${args.join(" ")}\n`);

    namespace("password is hunter22");
    release();
    sink.write("plain\n");

    assert.match(String(sink.read()), /password is \[redacted\].*\nplain\n/s);
  });
});
