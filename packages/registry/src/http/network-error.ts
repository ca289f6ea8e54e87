import { BrokerError, type ErrorCode, systemCode } from "@tidewaiter/runtime";

const CODES: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [/^(ENOTFOUND|EAI_AGAIN|EAI_NODATA|EAI_FAIL)$/, "REGISTRY_DNS", "has no address"],
  [/^EADDRREFUSED$/, "REGISTRY_POLICY", "leads to a link-local or metadata address"],
  [/^(UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/, "TIMEOUT", "stopped answering"],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/,
    "REGISTRY_PLAIN_HTTP",
    "does not speak TLS on this port",
  ],
  [/CERT|SIGNATURE|ISSUER|ALTNAME|^ERR_(TLS|SSL)_/, "REGISTRY_TLS", "shows a certificate that is not accepted"],
  [/^HPE_|^UND_ERR_RESPONSE/, "REGISTRY_PROTOCOL", "does not answer in HTTP"],
  [/^UND_ERR_(ABORTED|DESTROYED|CLOSED)$/, "CANCELLED", "was left before it answered"],
];

/** A failed connection in the words of the error table. Aborts stay what they are. */
export function networkError(error: unknown, url: URL): unknown {
  if (error instanceof BrokerError) return error;
  const name = error instanceof Error ? error.name : "";
  if (name === "AbortError" || name === "TimeoutError") return error;
  const code = systemCode(error);
  if (!code) return error;
  const [, mapped, text] = CODES.find(([pattern]) => pattern.test(code)) ?? [];
  const message = `${url.host} ${text ?? "cannot be reached"} (${code})`;
  return new BrokerError(mapped ?? "REGISTRY_UNREACHABLE", message, { cause: error });
}
