import type { RegistryConnection } from "@tidewaiter/contract";
import { type Redactor, Secret } from "@tidewaiter/runtime";

/** So that whoever sends ever new credentials cannot fill the memory. */
const MAX_CONNECTIONS = 10_000;

/** Makes the secrets of every registry that is opened known to the redactor, so that libraries cannot print them either. */
export function createSecretMemory(redactor: Redactor): (target: RegistryConnection, credential: string) => void {
  const known = new Set<string>();
  return (target, credential) => {
    const fingerprint = new Secret(credential).fingerprint();
    if (known.has(fingerprint) || known.size >= MAX_CONNECTIONS) return;
    known.add(fingerprint);
    redactor.add(credential.replace(/^(basic|bearer)\s+/i, ""), target.password, target.apiToken, target.externalId);
    if (target.password) redactor.add(`${target.username ?? ""}:${target.password.reveal()}`);
  };
}
