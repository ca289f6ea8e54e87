import type Docker from "dockerode";
import { execIn } from "./containers.ts";

interface Report {
  readonly ok: boolean;
  readonly agent?: Hop;
  readonly registry?: { readonly steps: readonly (Hop & { readonly step: string; readonly verdict: string })[] };
}
interface Hop {
  readonly code?: string;
  readonly likely?: string;
}

/** The client's own check of the chain, asked from inside its container; status 0 while nothing answers. */
export async function systemCheck(
  client: Docker.Container,
  origin = "http://127.0.0.1:8000",
): Promise<{ status: number; report?: Report }> {
  const script = `fetch("${origin}/systemcheck").then(async (r) => console.log(JSON.stringify({ status: r.status, report: (await r.json())[0] })))`;
  const trust = origin.startsWith("https:") ? ["env", "NODE_EXTRA_CA_CERTS=/tls/ca.pem"] : [];
  const { code, output } = await execIn(client, [...trust, "node", "-e", script]);
  return code === 0 ? JSON.parse(output) : { status: 0 };
}

/** Where the chain is broken: `agent`, or the first step towards the registry that failed. */
export async function failureOf(client: Docker.Container) {
  const { status, report } = await systemCheck(client);
  const step = report?.registry?.steps.find(({ verdict }) => verdict === "fail");
  const { code, likely = "" } = step ?? report?.agent ?? {};
  return { status, step: step?.step ?? "agent", code, likely };
}
