import type { Problem } from "./types/index.ts";

/** An answer of the API that is an error, or no answer at all (`SERVER_UNREACHABLE`). */
export class ApiError extends Error {
  readonly problem: Problem;
  readonly status: number;

  constructor(problem: Problem, status: number, options?: { cause?: unknown }) {
    super(problem.message, options);
    this.name = "ApiError";
    this.problem = problem;
    this.status = status;
  }
}

type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
export interface CallOptions {
  readonly query?: Query;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** The calls of `/api/v1`. Every method throws `ApiError`, or the signal's own reason. */
export interface Api {
  get<T>(path: string, options?: CallOptions): Promise<T>;
  post<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>;
  put<T>(path: string, body: unknown, options?: CallOptions): Promise<T>;
  patch<T>(path: string, body: unknown, options?: CallOptions): Promise<T>;
  /** Sends a file as it is. */
  upload<T>(path: string, file: Blob, options?: CallOptions): Promise<T>;
  remove(path: string, options?: CallOptions): Promise<void>;
}

export const API_ROOT = "/api/v1";

/** The address of a call, with its query in a fixed order; lists are joined by commas. */
export function apiUrl(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    const text = Array.isArray(value) ? value.join(",") : value === undefined ? "" : String(value);
    if (text !== "") search.set(key, text);
  }
  return `${API_ROOT}${path}${search.size > 0 ? `?${search}` : ""}`;
}

/** `onSignedOut` hears of every answer that says that the session is over. */
export function createApi(onSignedOut: () => void): Api {
  const call = async <T>(method: string, path: string, { query, body, signal }: CallOptions): Promise<T> => {
    const response = await reach(apiUrl(path, query), {
      method,
      signal: signal ?? null,
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": typeOf(body) }) },
      body: body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body),
    });
    if (response.status === 401 && !path.startsWith("/sign-in") && !(await isSignedIn(path))) onSignedOut();
    if (!response.ok) throw new ApiError(await readProblem(response), response.status);
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
  return {
    get: (path, options = {}) => call("GET", path, options),
    post: (path, body, options = {}) => call("POST", path, { ...options, body }),
    put: (path, body, options = {}) => call("PUT", path, { ...options, body }),
    patch: (path, body, options = {}) => call("PATCH", path, { ...options, body }),
    upload: (path, file, options = {}) => call("POST", path, { ...options, body: file }),
    remove: (path, options = {}) => call("DELETE", path, options),
  };
}

function typeOf(body: unknown): string {
  return body instanceof Blob ? "application/octet-stream" : "application/json";
}

/** A wrong present password is a 401 as well, so the session itself is asked. */
async function isSignedIn(path: string): Promise<boolean> {
  return path !== "/session" && (await reach(apiUrl("/session"), { method: "GET" })).ok;
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError({ code: "SERVER_UNREACHABLE", message: "The server does not answer." }, 0, { cause: error });
  }
}

async function readProblem(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => undefined);
  const problem = (body as { error?: Partial<Problem> } | undefined)?.error;
  if (typeof problem?.code === "string" && typeof problem.message === "string") return problem as Problem;
  return { code: `HTTP_${response.status}`, message: response.statusText || `HTTP ${response.status}` };
}

/** Any thrown value as something that can be shown. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof ApiError) return thrown.problem;
  return { code: "CONSOLE_FAULT", message: thrown instanceof Error ? thrown.message : String(thrown) };
}
