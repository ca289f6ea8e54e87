import type { Readable } from "node:stream";
import { type Dispatcher, request as send } from "undici";

/** What the AWS SDK asks of whatever carries its calls. */
interface AwsRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface AwsResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Readable;
}

/** Carries the AWS SDK's calls over the connection's own dispatcher, so that proxies and authorities hold for them as well. */
export function awsRequestHandler(dispatcher: Dispatcher, timeoutMs: number) {
  return {
    async handle(
      { method, protocol, hostname, port, path, query, headers, body }: AwsRequest,
      { abortSignal }: { abortSignal?: unknown } = {},
    ): Promise<{ response: AwsResponse }> {
      const url = new URL(`${protocol}//${hostname}${port ? `:${port}` : ""}${path}`);
      for (const [name, value] of Object.entries(query ?? {})) {
        for (const item of [value ?? ""].flat()) url.searchParams.append(name, item);
      }
      const { host: _host, ...rest } = headers;
      const answer = await send(url, {
        dispatcher,
        method: method as Dispatcher.HttpMethod,
        headers: rest,
        body: typeof body === "string" || body instanceof Uint8Array ? body : undefined,
        signal: abortSignal instanceof AbortSignal ? abortSignal : undefined,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      const flat = Object.entries(answer.headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]);
      return { response: { statusCode: answer.statusCode, headers: Object.fromEntries(flat), body: answer.body } };
    },
  };
}
