import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseAllDocuments } from "yaml";
import { missing } from "../../support/requirements.ts";
import { type Manifest, prepareSchemas, validate } from "./schemas.ts";

const FOLDER = new URL("../../../docker/kubernetes/", import.meta.url).pathname;
const skip = missing("kubectl") || prepareSchemas();
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
/** Ports of what is no registry: name service, proxy, PostgreSQL. */
const OTHER_PORTS = [53, 3128, 5432];
const OVERLAYS = readdirSync(join(FOLDER, "overlays")).map((name) => `overlays/${name}`);

interface Container {
  readonly securityContext: Record<string, unknown>;
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
  }[];
  readonly [probe: string]: unknown;
}
interface Workload extends Manifest {
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly metadata: { readonly labels: Record<string, string> };
      readonly spec: {
        readonly securityContext: Record<string, unknown>;
        readonly containers: readonly Container[];
        readonly volumes?: readonly { readonly secret?: { readonly secretName: string } }[];
      };
    };
  };
}
interface Policy extends Manifest {
  readonly spec: {
    readonly podSelector: { readonly matchLabels: Record<string, string> };
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly { readonly from?: readonly unknown[] }[];
    readonly egress?: readonly EgressRule[];
  };
}
interface EgressRule {
  readonly ports: readonly { readonly port: number }[];
  readonly to?: readonly { readonly ipBlock?: { readonly except?: string[] } }[];
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

  for (const overlay of ["base", ...OVERLAYS]) {
    it(`let only the agent of ${overlay} reach a registry at a private address`, () => {
      const policies = policiesOf(overlay).filter(({ spec }) => spec.policyTypes.includes("Egress"));

      const reaching = policies.filter(({ spec }) => spec.egress?.some(leadsToRegistry));
      assert.deepEqual(
        reaching.map(({ spec }) => spec.podSelector.matchLabels),
        [{ "app.kubernetes.io/name": "registry-agent" }],
      );
      // A pod that no policy selects may go anywhere.
      for (const { metadata, spec } of workloads(overlay)) {
        const isBound = policies.some((policy) =>
          Object.entries(policy.spec.podSelector.matchLabels).every(
            ([label, value]) => spec.template.metadata.labels[label] === value,
          ),
        );
        assert.ok(isBound, metadata.name);
      }
    });
  }

  it("let only the client in to the agent", () => {
    const agent = policiesOf("base").find(({ metadata }) => metadata.name === "registry-agent");

    assert.deepEqual(
      agent?.spec.ingress?.map(({ from }) => from),
      [[{ podSelector: { matchLabels: { "app.kubernetes.io/name": "broker-client" } } }]],
    );
  });

  it("leave the server out when the client dials the vendor's", () => {
    const names = render("overlays/vendor-server").map(({ metadata }) => metadata.name);

    assert.ok(names.includes("broker-client") && !names.includes("server"));
  });

  it("leave the number of agents to the autoscaler", () => {
    for (const overlay of ["overlays/autoscaling-hpa", "overlays/autoscaling-keda"]) {
      const agent = workloads(overlay).find(({ metadata }) => metadata.name === "registry-agent");

      assert.ok(agent && !("replicas" in agent.spec));
    }
  });

  it("refer to no secret that their README does not name", () => {
    const used = ["base", ...OVERLAYS].flatMap((overlay) => workloads(overlay).flatMap(secretsOf));

    const page = readFileSync(join(FOLDER, "README.md"), "utf8");
    assert.ok(used.length > 0);
    assert.deepEqual(
      used.filter((name) => !page.includes(`\`${name.replace(/^.*-tls$/, "<name>-tls")}\``)),
      [],
    );
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

/** Whether a rule opens a way to addresses inside, on a port that a registry could have. */
function leadsToRegistry({ ports, to }: EgressRule): boolean {
  if (ports.every(({ port }) => OTHER_PORTS.includes(port))) return false;
  if (!to) return true;
  return to.some(({ ipBlock }) => ipBlock && PRIVATE.some((range) => !ipBlock.except?.includes(range)));
}

/** Names of secrets, and of their keys, that the pods of a workload refer to. */
function secretsOf({ spec }: Workload): string[] {
  const { containers, volumes = [] } = spec.template.spec;
  const mounted = volumes.flatMap(({ secret }) => (secret ? [secret.secretName] : []));
  const read = containers.flatMap(({ env = [] }) =>
    env.flatMap(({ valueFrom }) => (valueFrom ? [valueFrom.secretKeyRef.name, valueFrom.secretKeyRef.key] : [])),
  );
  return [...mounted, ...read];
}

function policiesOf(overlay: string): Policy[] {
  return render(overlay).filter(({ kind }) => kind === "NetworkPolicy") as Policy[];
}
