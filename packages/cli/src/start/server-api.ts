import type { Finding, Package } from "@tidewaiter/inventory";
import { BrokerError, isErrorCode } from "@tidewaiter/runtime";

/** What `start` reads of the server's API; the schemas stand in `/api/v1/openapi.json`. */
export interface ConnectionSummary {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}
export interface CheckHop {
  readonly hop: string;
  readonly verdict: "pass" | "warn" | "fail" | "skipped";
  readonly code?: string;
  readonly message?: string;
  readonly likely?: string;
  readonly action?: string;
}
export interface ImportState {
  readonly id: string;
  readonly state: "running" | "done" | "stopped";
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
}
export interface ScanRow {
  readonly repository: string;
  readonly reference: string;
  readonly state: string;
  readonly imageId: string | null;
  readonly digest: string | null;
  readonly seconds: number | null;
  readonly bytesFetched: number | null;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly likely?: string;
    readonly action?: string;
  } | null;
}
export type Counts = Readonly<
  Record<"critical" | "high" | "medium" | "low" | "negligible" | "unknown" | "total" | "fixable", number>
>;
export interface ImageSummary {
  readonly id: string;
  readonly digest: string;
  readonly packages: number;
  readonly totals: { readonly remaining: Counts | null };
}

/** A key's view of the server. Every call throws the server's own error with its code. */
export interface ServerApi {
  connections(): Promise<ConnectionSummary[]>;
  createConnection(name: string, type: string): Promise<{ connectionId: string; token: string }>;
  rotateToken(connectionId: string): Promise<string>;
  check(connectionId: string): Promise<{ ok: boolean; hops: CheckHop[] }>;
  repositories(connectionId: string, limit: number): Promise<string[]>;
  tags(connectionId: string, repository: string): Promise<string[]>;
  /** Ends what an earlier run left unfinished; says how many scans that were. */
  stopScans(connectionId: string): Promise<number>;
  activeScans(connectionId: string): Promise<ScanRow[]>;
  startImport(connectionId: string, images: readonly string[]): Promise<ImportState>;
  importState(id: string): Promise<ImportState>;
  importLog(id: string): Promise<ScanRow[]>;
  image(id: string): Promise<ImageSummary>;
  packages(imageId: string): Promise<Package[]>;
  findings(imageId: string): Promise<Finding[]>;
}

interface Page<T> {
  readonly items: T[];
  readonly nextCursor?: string;
}
const PAGE = 500;

export function createServerApi(baseUrl: string, key: string, signal: AbortSignal): ServerApi {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${baseUrl}/api/v1${path}`, {
      method,
      signal,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { "content-type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const json: unknown = await answer.json().catch(() => undefined);
    if (!answer.ok) throw serverError(method, path, answer.status, json);
    return json as T;
  };
  const all = async <T>(path: string): Promise<T[]> => {
    const items: T[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined; ) {
      const query = `${path.includes("?") ? "&" : "?"}limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;
      const page: Page<T> = await call("GET", path + query);
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items;
  };
  return {
    connections: () => all("/connections"),
    createConnection: async (name, type) => {
      const issued = await call<{ connection: ConnectionSummary; token: string }>("POST", "/connections", {
        name,
        type,
      });
      return { connectionId: issued.connection.id, token: issued.token };
    },
    rotateToken: async (id) =>
      (await call<{ token: string }>("POST", `/connections/${id}/tokens`, { overlapHours: 0 })).token,
    check: (id) => call("POST", `/connections/${id}/check`),
    repositories: async (id, limit) => {
      const page = await call<Page<{ repository: string }>>("GET", `/connections/${id}/repositories?limit=${limit}`);
      return page.items.map(({ repository }) => repository);
    },
    tags: async (id, repository) => {
      const path = `/connections/${id}/tags?repository=${encodeURIComponent(repository)}`;
      return (await all<{ tag: string }>(path)).map(({ tag }) => tag);
    },
    stopScans: async (id) => (await call<{ stopped: number }>("POST", `/connections/${id}/scans/stop`)).stopped,
    activeScans: (id) => all(`/scans?connectionId=${id}&state=Queued,Scanning`),
    startImport: (id, images) => call("POST", `/connections/${id}/imports`, { images }),
    importState: (id) => call("GET", `/imports/${id}`),
    importLog: (id) => all(`/imports/${id}/log`),
    image: (id) => call("GET", `/images/${id}`),
    packages: (id) => all(`/images/${id}/packages`),
    findings: (id) => all(`/images/${id}/findings`),
  };
}

function serverError(method: string, path: string, status: number, json: unknown): BrokerError {
  const error = (json as { error?: { code?: string; message?: string; likely?: string; action?: string } } | undefined)
    ?.error;
  const message = error?.message ?? `the server answered ${status} to ${method} ${path}`;
  const code = error?.code && isErrorCode(error.code) ? error.code : "UNAVAILABLE";
  return new BrokerError(code, message, { likely: error?.likely, action: error?.action });
}
