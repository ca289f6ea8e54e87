import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Registry, ResolvedImage } from "@tidewaiter/registry";
import type { ErrorCode } from "@tidewaiter/runtime";
import { FAULTS, type Fault, type Faults } from "../emulators/faults.ts";
import { collect, connectTo, hasCode, type Subject } from "./registry-subject.ts";

const MANIFEST = /GET .*\/manifests\//;
const HEAD = /HEAD .*\/manifests\//;
const BLOB = /GET .*\/blobs\//;
const TAGS = /GET .*\/tags\/list/;
const NO_DIGEST = `sha256:${"0".repeat(64)}`;
const DAY_MS = 86_400_000;

/** What a blob comes right in spite of. */
const BLOB_FAULTS: Readonly<Record<string, Fault>> = {
  "is cut off": FAULTS.truncated,
  "falls silent": FAULTS.stalled,
  "is said to be shorter": FAULTS.header("content-length", "1000"),
  "is compressed on the way": FAULTS.zipped,
};
/** What a tag's digest is found in spite of. */
const MANIFEST_FAULTS: Readonly<Record<string, Fault>> = {
  "has a header that names another digest": FAULTS.header("docker-content-digest", NO_DIGEST),
  "has no header that names its digest": FAULTS.header("docker-content-digest", undefined),
  "has a charset behind its type": FAULTS.header(
    "content-type",
    "application/vnd.oci.image.index.v1+json; charset=utf-8",
  ),
  "says that it is only JSON": FAULTS.header("content-type", "application/json"),
  "is compressed on the way": FAULTS.zipped,
};
const HEAD_FAULTS: Readonly<Record<string, Fault>> = {
  "is not served": FAULTS.status(405),
  "tells no digest": FAULTS.header("docker-content-digest", undefined),
};
/** What ends a pull, with the code that says so. */
const FATAL_FAULTS: Readonly<Record<string, readonly [Fault, ErrorCode]>> = {
  "other bytes than those of the digest": [FAULTS.corrupt, "DIGEST_MISMATCH"],
  "a manifest of unreasonable size": [FAULTS.body(Buffer.alloc(5 * 1024 * 1024, " ")), "LIMIT_EXCEEDED"],
  "redirects without end": [FAULTS.redirect((path) => path), "REGISTRY_PROTOCOL"],
  "a redirect to a metadata address": [FAULTS.redirect("http://169.254.169.254/latest/meta-data"), "REGISTRY_POLICY"],
  "a redirect to a metadata name": [FAULTS.redirect("http://metadata.google.internal/"), "REGISTRY_POLICY"],
  "a redirect to another scheme": [FAULTS.redirect("file:///etc/passwd"), "REGISTRY_POLICY"],
  "a challenge that names a stranger's token server": [
    FAULTS.status(401, { "www-authenticate": 'Bearer realm="http://localhost.evil.example/token",service="x"' }),
    "REGISTRY_POLICY",
  ],
};

interface Prepared {
  readonly subject: Subject;
  readonly registry: Registry;
  readonly faults: Faults;
  /** Resolved before the fault, so that tokens are at hand and the fault meets the answer itself. */
  readonly image: ResolvedImage;
}

/** The faults of section 8.2 of the registry reference, put into every registry that they can be put into. */
export function describeFaults(current: () => { subject: Subject; registry: Registry }): void {
  const faulty = (name: string, work: (prepared: Prepared) => Promise<void>): void => {
    it(name, async (t) => {
      const { subject, registry } = current();
      const { faults } = subject;
      assert.ok(faults, "this registry takes no faults");
      const image = await registry.resolve(subject.sample.app, "1.0", {});
      await registry.headManifest(subject.sample.app, "1.0");
      t.after(() => faults.clear());
      await work({ subject, registry, faults, image });
    });
  };

  describe("with faults put in", () => {
    describeReading(faulty);
    describeTokens(current);

    faulty("stops a list that repeats itself", async ({ subject, registry, faults }) => {
      const page = (path: string): Fault => FAULTS.body('{"tags":["a"]}', { link: `<${path}?last=a&n=1>; rel="next"` });
      faults.next(TAGS, (res, path) => page(path)(res, path), 10);

      await assert.rejects(collect(registry.listTags(subject.sample.app)), hasCode("REGISTRY_PROTOCOL"));
    });
  });
}

type Faulty = (name: string, work: (prepared: Prepared) => Promise<void>) => void;

function describeReading(faulty: Faulty): void {
  for (const [name, fault] of Object.entries(BLOB_FAULTS)) {
    faulty(`reads a blob that ${name}`, async ({ subject: { sample }, faults, image }) => {
      const [layer] = image.manifest.layers;
      assert.ok(layer);
      faults.next(BLOB, fault);

      const bytes = Buffer.concat(await (await image.openBlob(layer)).toArray());

      assert.deepEqual(bytes, Buffer.from(sample.content.blob(sample.app, layer.digest) ?? []));
      assert.equal(faults.left, 0);
    });
  }

  faulty("refuses a blob with a bit that is another", async ({ faults, image }) => {
    const [layer] = image.manifest.layers;
    assert.ok(layer);
    faults.next(BLOB, FAULTS.corrupt);

    await assert.rejects(async () => (await image.openBlob(layer)).toArray(), hasCode("DIGEST_MISMATCH"));
  });

  for (const [name, fault] of Object.entries(MANIFEST_FAULTS)) {
    faulty(`resolves a manifest that ${name}`, async ({ subject, registry, faults, image }) => {
      faults.next(MANIFEST, fault);

      const { tagDigest } = await registry.resolve(subject.sample.app, "1.0", {});

      assert.deepEqual([tagDigest, faults.left], [image.tagDigest, 0]);
    });
  }

  for (const [name, fault] of Object.entries(HEAD_FAULTS)) {
    faulty(`finds a tag's digest where HEAD ${name}`, async ({ subject, registry, faults, image }) => {
      faults.next(HEAD, fault);

      const { digest } = await registry.headManifest(subject.sample.app, "1.0");

      assert.deepEqual([digest, faults.left], [image.tagDigest, 0]);
    });
  }

  for (const [name, [fault, code]] of Object.entries(FATAL_FAULTS)) {
    faulty(`refuses ${name}, and works again afterwards`, async ({ subject, registry, faults, image }) => {
      faults.next(MANIFEST, fault, 20);

      await assert.rejects(registry.resolve(subject.sample.app, image.digest, {}), hasCode(code));
      faults.clear();

      assert.equal((await registry.resolve(subject.sample.app, image.digest, {})).digest, image.digest);
    });
  }

  faulty(
    "outlasts a burst of server errors, and of calls for patience that name no time",
    async ({ subject, registry, faults, image }) => {
      for (const status of [500, 503, 429]) faults.next(/(GET|HEAD) .*\/manifests\//, FAULTS.status(status));

      const { digest } = await registry.headManifest(subject.sample.app, "1.0");

      assert.deepEqual([digest, faults.left], [image.tagDigest, 0]);
    },
  );
}

/** On a connection of its own each time, since tokens outlive calls. */
function describeTokens(current: () => { subject: Subject }): void {
  it("gives up a token server that never comes to an end", async (t) => {
    const { tokens, blob, sample } = current().subject;
    if (!tokens?.stallNext) return t.skip("there is no token server");
    const registry = connectTo(blob, { tokenTimeoutMs: 200, retry: { attempts: 1, baseMs: 1, capMs: 1 } });
    t.after(() => registry.close());
    tokens.stallNext();

    await assert.rejects(registry.resolve(sample.app, "1.0", {}), hasCode("TIMEOUT"));

    assert.equal((await registry.resolve(sample.app, "docker", {})).reference, "docker");
  });

  for (const [name, ms] of [
    ["behind", -DAY_MS],
    ["ahead", DAY_MS],
  ] as const) {
    it(`uses a token although the token server's clock is a day ${name}`, async (t) => {
      const { tokens, blob, sample } = current().subject;
      if (!tokens?.shiftClock) return t.skip("there is no token server");
      const registry = connectTo(blob);
      t.after(() => registry.close());
      tokens.shiftClock(ms);

      const first = await registry.resolve(sample.app, "1.0", {});
      const again = await registry.resolve(sample.app, "1.0", {});
      tokens.shiftClock(0);

      assert.equal(first.digest, again.digest);
    });
  }
}
