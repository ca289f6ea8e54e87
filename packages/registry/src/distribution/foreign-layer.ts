import type { Descriptor } from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";
import { answerError } from "../http/answer-error.ts";
import type { HttpAnswer, Transport } from "../http/transport.ts";
import { redirectTarget, type UrlPolicy } from "../http/url-policy.ts";
import type { RegistryLimits } from "../limits.ts";

export interface ForeignLayers {
  /** Bytes of a layer that its manifest says are elsewhere, from `start` on. @throws {BrokerError} BLOB_UNKNOWN when that is not allowed. */
  open(descriptor: Descriptor, start: number, signal?: AbortSignal): Promise<HttpAnswer>;
}

export interface ForeignLayersContext {
  readonly isAllowed: boolean;
  readonly transport: Transport;
  readonly policy: UrlPolicy;
  readonly limits: RegistryLimits;
}

/**
 * Layers that a manifest places on other hosts (Windows base images). Whoever writes the manifest chooses those hosts, so they are
 * called only when the connection allows it: over https, without credentials, never inside the network.
 */
export function createForeignLayers({ isAllowed, transport, policy, limits }: ForeignLayersContext): ForeignLayers {
  return {
    async open({ digest, urls = [] }, start, signal) {
      if (!isAllowed) {
        throw new BrokerError("BLOB_UNKNOWN", `${digest} is not in the registry, only on a foreign host`, {
          likely: "it is a base layer that its maker does not let others store",
          action: "allow foreign layers for this connection with TIDEWAITER_CR_ALLOW_FOREIGN_LAYERS=true",
        });
      }
      const [text] = urls;
      let url = redirectTarget(policy.registry, text, policy);
      const headers: Readonly<Record<string, string>> = start > 0 ? { range: `bytes=${start}-` } : {};
      for (let hop = 0; hop <= limits.maxRedirects; hop += 1) {
        const answer = await transport.send({ method: "GET", url, headers, signal });
        if (answer.status < 300) return answer;
        if (answer.status >= 400)
          throw await answerError(answer, { kind: "blob", name: digest }, limits.maxErrorBytes, (line) => line);
        await answer.discard();
        url = redirectTarget(url, answer.header("location"), policy);
      }
      throw new BrokerError("REGISTRY_PROTOCOL", `${url.host} redirects without end`);
    },
  };
}
