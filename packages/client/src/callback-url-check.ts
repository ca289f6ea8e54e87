import { systemCode } from "@tidewaiter/runtime";
import type { Dispatcher } from "undici";
import type { PreflightResult } from "./preflight.ts";

export interface CallbackUrlCheck {
  readonly callbackUrl: string | undefined;
  /** This process has a certificate of its own, or the user says that something before it has. */
  readonly isTlsCared: boolean;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Whether the agent can be expected to reach this client at BROKER_CLIENT_URL (protocol 1.12). */
export async function checkCallbackUrl(options: CallbackUrlCheck): Promise<PreflightResult> {
  const { callbackUrl, isTlsCared } = options;
  const result = (status: PreflightResult["status"], output: string): PreflightResult => {
    return { id: "broker-client-url-validation", name: "Broker client URL", status, output };
  };
  if (callbackUrl === undefined)
    return result("warning", "BROKER_CLIENT_URL is not set: the agent cannot send results back");
  const url = new URL(callbackUrl);
  const fault = url.protocol === "https:" && !isTlsCared ? await probe(url, options) : undefined;
  if (fault !== undefined) {
    const advice = "set HTTPS_CERT and HTTPS_KEY, or BROKER_CLIENT_URL_TLS_TERMINATED=true when TLS ends before";
    return result("error", `BROKER_CLIENT_URL is https, and nothing answers TLS there (${fault}): ${advice}`);
  }
  if (LOOPBACK.test(url.hostname))
    return result("warning", "BROKER_CLIENT_URL names this host: only an agent on it can send results back");
  return result("passing", "BROKER_CLIENT_URL is set");
}

/** Any answer will do: what matters is that TLS stands. */
async function probe({ origin }: URL, { dispatcher, signal }: CallbackUrlCheck): Promise<string | undefined> {
  try {
    const answer = await dispatcher.request({ origin, path: "/healthcheck", method: "GET", signal });
    await answer.body.dump();
    return undefined;
  } catch (error) {
    return systemCode(error) ?? "no answer in time";
  }
}
