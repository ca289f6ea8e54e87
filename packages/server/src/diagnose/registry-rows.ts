import type { ConnectionCheck } from "../api/contract/connections.ts";
import type { DiagnosisRow } from "../api/contract/diagnosis.ts";

/** The six steps of the check engine, and its warnings. The hops before them have rows of their own. */
export function registryRows({ hops, warnings }: ConnectionCheck): DiagnosisRow[] {
  const steps = hops.flatMap(({ hop, verdict, durationMs, fact, code, message, likely, action }): DiagnosisRow[] => {
    if (hop === "client" || hop === "agent") return [];
    const said = { fact: message ?? fact ?? null, code: code ?? null, likely: likely ?? null, action: action ?? null };
    return [{ part: "registry", check: hop, verdict, durationMs: verdict === "skipped" ? null : durationMs, ...said }];
  });
  const notes = warnings.map((fact): DiagnosisRow => {
    const nothing = { durationMs: null, code: null, likely: null, action: null };
    return { part: "registry", check: "note", verdict: "warn", fact, ...nothing };
  });
  return [...steps, ...notes];
}

/** Where the check ended before it came to the registry: the agent's own trouble. */
export function agentRow({ hops }: ConnectionCheck, version: string | null, durationMs: number): DiagnosisRow {
  const agent = hops.find(({ hop }) => hop === "agent");
  const { verdict = "skipped", code = null, message, likely = null, action = null } = agent ?? {};
  const fact = message ?? (version === null ? null : `tidewaiter ${version}`);
  const took = verdict === "skipped" ? null : durationMs;
  return { part: "agent", check: "health", verdict, fact, durationMs: took, code, likely, action };
}
