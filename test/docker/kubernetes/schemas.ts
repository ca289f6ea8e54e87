import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const FOLDER = import.meta.dirname;
/** API groups that are no part of Kubernetes itself. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  "keda.sh/v1alpha1": "@kubernetes-models/keda",
  "monitoring.coreos.com/v1": "@kubernetes-models/prometheus-operator",
};

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}
type Model = new (data: Manifest) => { validate(): void };

/** Installs the schemas once from the committed lock file; a reason to skip when that fails. */
export function prepareSchemas(): string | false {
  const isThere = (): boolean => existsSync(join(FOLDER, "node_modules/kubernetes-models/package.json"));
  if (isThere()) return false;
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  spawnSync("npm", args, { cwd: FOLDER, stdio: "ignore", timeout: 180_000 });
  if (isThere()) return false;
  if (process.env.CI === "true") throw new Error("under CI nothing is skipped: the schemas cannot be installed");
  return "the Kubernetes schemas cannot be installed";
}

/** @throws {Error} naming the field that the schema of the manifest's kind refuses. */
export async function validate(manifest: Manifest): Promise<void> {
  const { apiVersion, kind } = manifest;
  const path = `${EXTENSIONS[apiVersion] ?? "kubernetes-models"}/${apiVersion}`;
  const models: Record<string, Model> = await import(path);
  const Kind = models[kind];
  if (!Kind) throw new Error(`${apiVersion} has no ${kind}`);
  new Kind(manifest).validate();
}
