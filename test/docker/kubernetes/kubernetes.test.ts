import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseAllDocuments } from "yaml";
import { missing } from "../../support/requirements.ts";
import { type Manifest, prepareSchemas, validate } from "./schemas.ts";

const FOLDER = new URL("../../../docker/kubernetes/", import.meta.url).pathname;
const skip = missing("kubectl") || prepareSchemas();
const OVERLAYS = readdirSync(join(FOLDER, "overlays")).map((name) => `overlays/${name}`);

interface Container {
  readonly securityContext: Record<string, unknown>;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly [probe: string]: unknown;
}
interface Workload extends Manifest {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly securityContext: Record<string, unknown>; readonly containers: readonly Container[] };
    };
  };
}
interface Policy extends Manifest {
  readonly spec: {
    readonly podSelector: { readonly matchLabels: Record<string, string> };
    readonly ingress?: readonly { readonly from?: readonly unknown[] }[];
    readonly egress?: readonly { readonly to?: readonly { readonly ipBlock?: { readonly except?: string[] } }[] }[];
  };
}

describe("the Kubernetes manifests", { skip, timeout: 300_000 }, () => {
  for (const overlay of ["base", ...OVERLAYS]) {
    it(`render ${overlay} to objects that their schemas accept, all in one namespace`, async () => {
      const manifests = render(overlay);

      assert.ok(manifests.length >= 8);
      for (const manifest of manifests) await validate(manifest);
      const outside = manifests.filter(
        ({ kind, metadata }) => kind !== "Namespace" && metadata.namespace !== "tidewaiter",
      );
      assert.deepEqual(outside, []);
    });

    it(`keep every pod of ${overlay} within the restricted pod security standard, on a read-only root`, () => {
      for (const { spec } of workloads(overlay)) {
        const { securityContext, containers } = spec.template.spec;
        assert.equal(securityContext.runAsNonRoot, true);
        assert.deepEqual(securityContext.seccompProfile, { type: "RuntimeDefault" });
        for (const container of containers) {
          assert.deepEqual(container.securityContext, {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          });
        }
      }
    });

    it(`generate no secret in ${overlay} and set none by value`, () => {
      const manifests = render(overlay);
      const values = workloads(overlay).flatMap(({ spec }) =>
        spec.template.spec.containers.flatMap(({ env = [] }) => env.filter(({ value }) => value !== undefined)),
      );

      assert.deepEqual(
        manifests.filter(({ kind }) => kind === "Secret"),
        [],
      );
      assert.deepEqual(
        values.filter(({ name }) => /TOKEN|PASSWORD|SECRET|DATABASE|API_KEY/.test(name)),
        [],
      );
    });
  }

  it("let only the agent out to any address, and only the client in to the agent", () => {
    const policies = policiesOf("base");

    const open = policies.filter(({ spec }) => spec.egress?.some(({ to }) => to?.some(({ ipBlock }) => ipBlock)));
    assert.deepEqual(
      open.map(({ metadata }) => metadata.name),
      ["registry-agent"],
    );
    const agent = policies.find(({ metadata }) => metadata.name === "registry-agent");
    assert.deepEqual(agent?.spec.ingress?.[0]?.from, [
      { podSelector: { matchLabels: { "app.kubernetes.io/name": "broker-client" } } },
    ]);
  });

  it("keep the client away from private addresses when it dials the vendor's server", () => {
    const client = policiesOf("overlays/vendor-server").find(({ metadata }) => metadata.name === "broker-client");

    const blocks = client?.spec.egress?.flatMap(({ to = [] }) => to.map(({ ipBlock }) => ipBlock)).filter(Boolean);
    assert.deepEqual(
      blocks?.map((block) => block?.except),
      [["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]],
    );
    assert.ok(!render("overlays/vendor-server").some(({ metadata }) => metadata.name === "server"));
  });

  it("probe by HTTPS when the listeners speak it", () => {
    for (const { spec } of workloads("overlays/tls")) {
      for (const container of spec.template.spec.containers) {
        for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
          const { httpGet } = container[probe] as { httpGet: { scheme?: string; path?: string } };
          assert.equal(httpGet.scheme, "HTTPS");
          assert.match(httpGet.path ?? "", /^\/(livez|readyz)$/);
        }
      }
    }
  });
});

/** Each is rendered once. */
const rendered = new Map<string, Manifest[]>();

function render(overlay: string): Manifest[] {
  const known = rendered.get(overlay);
  if (known) return known;
  const text = execFileSync("kubectl", ["kustomize", join(FOLDER, overlay)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const manifests = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  rendered.set(overlay, manifests);
  return manifests;
}

function workloads(overlay: string): Workload[] {
  return render(overlay).filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet") as Workload[];
}

function policiesOf(overlay: string): Policy[] {
  return render(overlay).filter(({ kind }) => kind === "NetworkPolicy") as Policy[];
}
