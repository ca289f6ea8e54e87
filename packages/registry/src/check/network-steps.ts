import { lookup } from "node:dns/promises";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type PeerCertificate, type TLSSocket } from "node:tls";
import { BrokerError, type OutboundOptions, trustedAuthorities } from "@tidewaiter/runtime";
import { networkError } from "../http/network-error.ts";
import { waitFor } from "../http/wait-for.ts";
import type { StepFinding } from "./step.ts";

const EXPIRY_WARNING_DAYS = 14;
const DAY_MS = 86_400_000;

export async function checkDns(url: URL, signal: AbortSignal): Promise<StepFinding> {
  const host = bareHost(url);
  if (isIP(host)) return { fact: `${host} is an address` };
  try {
    const addresses = await waitFor(lookup(host, { all: true }), signal);
    return { fact: `${host} is ${addresses.map(({ address }) => address).join(", ")}`.slice(0, 2000) };
  } catch (error) {
    throw networkError(error, url);
  }
}

export async function checkTcp(url: URL, signal: AbortSignal): Promise<StepFinding> {
  const socket = connectTcp({ host: bareHost(url), port: portOf(url), signal });
  try {
    await connected(socket, "connect", signal);
    return { fact: `connected to ${socket.remoteAddress} port ${socket.remotePort}` };
  } catch (error) {
    throw networkError(error, url);
  } finally {
    socket.destroy();
  }
}

/** Handshake, chain, issuer and end date. When the chain is refused a second look says whose certificate it was. */
export async function checkTls(
  url: URL,
  { ca, rejectUnauthorized = true }: OutboundOptions,
  signal: AbortSignal,
): Promise<StepFinding> {
  try {
    const finding = describe(await handshake(url, ca, rejectUnauthorized, signal));
    if (rejectUnauthorized) return finding;
    return {
      ...finding,
      verdict: "warn",
      message: "the certificate is not verified, so anybody on the way can read the credentials",
      action: "give the authority's certificate with TIDEWAITER_CR_CA instead",
    };
  } catch (thrown) {
    const error = networkError(thrown, url);
    if (!(error instanceof BrokerError) || error.code !== "REGISTRY_TLS") throw error;
    const shown = await handshake(url, ca, false, signal).catch(() => undefined);
    if (!shown) throw error;
    throw new BrokerError("REGISTRY_TLS", `${error.message}; ${describe(shown).fact}`, { cause: thrown });
  }
}

async function handshake(
  url: URL,
  ca: string | undefined,
  rejectUnauthorized: boolean,
  signal: AbortSignal,
): Promise<PeerCertificate> {
  const host = bareHost(url);
  const socket: TLSSocket = connectTls({
    host,
    port: portOf(url),
    ...(isIP(host) ? {} : { servername: host }),
    ca: trustedAuthorities(ca),
    rejectUnauthorized,
  });
  try {
    await connected(socket, "secureConnect", signal);
    return socket.getPeerCertificate();
  } finally {
    socket.destroy();
  }
}

function describe({ subject, issuer, valid_to: end, fingerprint256 }: PeerCertificate): StepFinding {
  const days = Math.floor((Date.parse(end) - Date.now()) / DAY_MS);
  const name = (entry: PeerCertificate["subject"] | undefined): string => String(entry?.CN ?? entry?.O ?? "unnamed");
  const fact = `certificate of ${name(subject)}, issued by ${name(issuer)}, ends ${end} (${days} days), SHA-256 ${fingerprint256}`;
  if (days >= EXPIRY_WARNING_DAYS) return { fact };
  return { fact, verdict: "warn", message: `the certificate ends in ${days} days`, action: "renew it on the registry" };
}

function connected(socket: Socket, event: "connect" | "secureConnect", signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once(event, () => resolve());
    socket.once("error", reject);
    socket.once("close", () => {
      signal.removeEventListener("abort", onAbort);
      reject(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
    });
  });
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === "http:" ? 80 : 443);
}
