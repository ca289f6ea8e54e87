import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, it } from "node:test";
import { BrokerError } from "@tidewaiter/runtime";
import {
  compileFilter,
  createVariables,
  decodeBodyFrames,
  encodeBodyFrame,
  encodeStreamHead,
  endToEndHeaders,
  normaliseUrl,
  parseClientIdentity,
  parseMessage,
  parseRequest,
  parseResponse,
  parseRuleFile,
  readStreamHead,
  resolveTarget,
} from "@tidewaiter/tunnel";
import fc from "fast-check";

const RUNS = { numRuns: 2_000 };

/** A value, or an error of the table; anything else fails the property. */
function valueOrTyped<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    assert.ok(error instanceof BrokerError, String(error));
    return undefined;
  }
}

const urlText = fc.oneof(
  fc.string(),
  fc
    .array(
      fc.constantFrom(
        "/",
        ".",
        "..",
        "%2e",
        "%2f",
        "%5c",
        "\\",
        "%25",
        "a",
        "?",
        "#",
        "list",
        "@",
        ":",
        "//",
        "é",
        "\u0000",
        " ",
      ),
      { maxLength: 12 },
    )
    .map((parts) => `/${parts.join("")}`),
);

describe("whatever a peer sends", () => {
  it("is a message or a typed error", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((data) => `{"type":0,"data":["request",${data}],"id":1}`),
        ),
        (text) => void valueOrTyped(() => parseMessage(text)),
      ),
      RUNS,
    );
  });

  it("is a request, a response, an identity or a typed error", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        valueOrTyped(() => parseRequest(value));
        valueOrTyped(() => parseResponse([value]));
        valueOrTyped(() => parseClientIdentity(value));
      }),
      RUNS,
    );
  });

  it("is a binary frame or a typed error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void valueOrTyped(() => decodeBodyFrames(bytes))),
      RUNS,
    );
  });

  it("leaves only headers that may be sent on", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (headers) => {
        for (const [name, value] of Object.entries(endToEndHeaders(headers))) new Headers().append(name, String(value));
      }),
      RUNS,
    );
  });
});

describe("codecs", () => {
  it("give back every frame", () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.jsonValue(), fc.uint8Array(), (id, head, body) => {
        const [read] = decodeBodyFrames(encodeBodyFrame("request", id, head, body));

        assert.deepEqual(
          [read?.id, JSON.stringify(read?.head), [...(read?.body ?? [])]],
          [id, JSON.stringify(head), [...body]],
        );
      }),
      RUNS,
    );
  });

  it("give back every head and body, however they are cut", async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 200, max: 599 }),
        fc.uint8Array({ maxLength: 100 }),
        cuts,
        async (status, body, sizes) => {
          const bytes = Buffer.concat([encodeStreamHead({ status, headers: { "x-a": "1" } }), body]);
          const source = Readable.from(cut(bytes, sizes), { objectMode: false });

          const head = await readStreamHead(source);

          assert.deepEqual([head.status, [...(await buffer(source))]], [status, [...body]]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("read any stream as a head or a typed error", async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), cuts, async (bytes, sizes) => {
        const source = Readable.from(cut(Buffer.from(bytes), sizes), { objectMode: false });

        await readStreamHead(source).catch((error: unknown) => assert.ok(error instanceof BrokerError));
      }),
      { numRuns: 300 },
    );
  });
});

describe("filter normaliser", () => {
  it("gives one form that stays itself, without traversal, or a typed error", () => {
    fc.assert(
      fc.property(urlText, (raw) => {
        const normal = valueOrTyped(() => normaliseUrl(raw));
        if (!normal) return;
        assert.equal(normaliseUrl(normal.url).url, normal.url);
        assert.ok(!/(?:^|\/)\.{1,2}(?:\/|$)/.test(decodeURIComponent(normal.path)), normal.path);
      }),
      RUNS,
    );
  });

  it("never leads a target away from the origin of its rule", () => {
    const variables = createVariables({});
    fc.assert(
      fc.property(
        urlText,
        fc.constantFrom("http://agent", "http://agent:17500", "https://agent/base", "agent"),
        (raw, origin) => {
          const normal = valueOrTyped(() => normaliseUrl(raw));
          const target =
            normal && valueOrTyped(() => resolveTarget({ method: "GET", path: "/*", origin }, normal, variables));
          if (target) assert.equal(new URL(target.origin).hostname, "agent");
        },
      ),
      RUNS,
    );
  });

  it("decides on anything without throwing", () => {
    const filter = compileFilter(
      parseRuleFile(
        '{"private":[{"method":"any","path":"/a/:b?","valid":[{"path":"x","value":1},{"queryParam":"q","values":["*"]}]}]}',
      ).private,
    );
    fc.assert(
      fc.property(fc.string(), urlText, fc.uint8Array(), (method, url, body) => {
        assert.ok(filter.decide({ method, url, headers: {}, body }).kind);
      }),
      RUNS,
    );
  });
});

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
