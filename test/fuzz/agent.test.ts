import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BrokerError } from "@tidewaiter/runtime";
import type { Request } from "express";
import fc from "fast-check";
import { createAllowedTargets } from "../../packages/agent/src/access/allowed-targets.ts";
import { identifyCaller } from "../../packages/agent/src/access/caller.ts";
import { isRefusedAddress, parseCallbackUrl } from "../../packages/agent/src/callbacks/callback-address.ts";
import { readAnswer } from "../../packages/agent/src/callbacks/callback-answer.ts";
import { imageInRequest } from "../../packages/agent/src/routes/image-name.ts";
import { createPageCursors } from "../../packages/agent/src/routes/page-cursors.ts";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.webUrl({ withQueryParameters: true }),
  fc.ipV4(),
  fc.ipV6(),
);

describe("the agent's border", () => {
  it("takes or refuses every callback address, and never one that is link-local", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.ipV4().map((host) => `http://${host}/`),
          fc.ipV6().map((host) => `http://[${host}]/`),
        ),
        (input) => {
          const url = attempt(() => parseCallbackUrl(input));
          if (url === undefined) return;
          const { hostname, username, password, search } = new URL(url);
          assert.equal(isRefusedAddress(hostname.replace(/^\[|\]$/g, "")), false);
          assert.equal(username + password + search, "");
        },
      ),
    );
  });

  it("refuses the whole of 169.254.0.0/16 in every spelling", () => {
    fc.assert(
      fc.property(fc.nat(65_535), fc.constantFrom("dotted", "decimal", "hex", "mapped"), (low, spelling) => {
        const number = 0xa9_fe_00_00 + low;
        const spelled = {
          dotted: `169.254.${low >> 8}.${low & 255}`,
          decimal: String(number),
          hex: `0x${number.toString(16)}`,
          mapped: `[::ffff:169.254.${low >> 8}.${low & 255}]`,
        };
        assert.throws(() => parseCallbackUrl(`http://${spelled[spelling]}/`), { code: "CALLBACK_REFUSED" });
      }),
    );
  });

  it("makes something of every answer to a callback", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
        assert.equal(readAnswer(status, body).kind === "taken", status >= 200 && status < 300);
      }),
    );
  });

  it("knows whose every request is, or refuses it", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("authorization", "x-tidewaiter-connection", "x-tidewaiter-callback"), text),
        fc.anything(),
        (headers, body) => {
          const caller = attempt(() => identifyCaller(requestOf({ headers, body }), "authorization"));
          if (caller) assert.match(caller.connection, /^[\w.:-]{8,128}$/);
        },
      ),
    );
  });

  it("reads or refuses every image name and cursor", async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (name, cursor) => {
        attempt(() => imageInRequest(requestOf({ query: { repository: name, reference: cursor } })));
        attempt(() => imageInRequest(requestOf({ params: { rest: name.split("/") } })));
        const open = async function* () {
          yield ["a"];
        };
        await createPageCursors<string>().page({ scope: "s", cursor, limit: 1, open }).catch(assertKnown);
      }),
    );
  });

  it("decides on every registry address without failing", () => {
    const allowed = createAllowedTargets(["*.corp.example"], []);

    fc.assert(fc.property(text, (address) => void attempt(() => allowed.checkAddress(address))));
  });
});

/** The value, or undefined for a refusal with a code. Everything else is a fault. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    assertKnown(error);
    return undefined;
  }
}

function assertKnown(error: unknown): void {
  assert.ok(error instanceof BrokerError && error.code !== "INTERNAL", String(error));
}

/** As much of a request as the readers look at. */
function requestOf(parts: {
  headers?: Record<string, string>;
  body?: unknown;
  query?: object;
  params?: object;
}): Request {
  const { headers = {}, body, query = {}, params = {} } = parts;
  return { body, query, params, headers, get: (name: string) => headers[name.toLowerCase()] } as unknown as Request;
}
