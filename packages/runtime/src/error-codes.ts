/** What a code means to HTTP callers, to retry loops and to the person who reads it. */
interface ErrorKind {
  /** HTTP status that carries it. */
  readonly status: number;
  /** True when the same call may succeed later without anybody mending anything. */
  readonly retryable: boolean;
  /** Process exit code when a command ends with it; 1 where none is named. */
  readonly exit?: number;
  readonly likely: string;
  readonly action: string;
}

const GENERAL = {
  INPUT_INVALID: {
    status: 400,
    retryable: false,
    exit: 2,
    likely: "a value is missing or has another form than the one expected",
    action: "correct the fields that the message names",
  },
  CONFIG_INVALID: {
    status: 500,
    retryable: false,
    exit: 78,
    likely: "an environment variable is missing or has a wrong form",
    action: "correct the variables that the message names and start again",
  },
  UNAUTHENTICATED: {
    status: 401,
    retryable: false,
    likely: "no credential was sent, or it has expired",
    action: "sign in, or send an API key in the Authorization header",
  },
  FORBIDDEN: {
    status: 403,
    retryable: false,
    likely: "the role or scope of this credential does not cover the call",
    action: "ask an administrator for the right, or use another key",
  },
  NOT_FOUND: {
    status: 404,
    retryable: false,
    likely: "the address is mistyped, or what it named is gone",
    action: "check the address",
  },
  CONFLICT: {
    status: 409,
    retryable: false,
    likely: "something with this name or state is there already",
    action: "look at the present state, then decide",
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    retryable: false,
    likely: "the body is larger than the limit of this route",
    action: "send less at once, or raise the limit that the message names",
  },
  RATE_LIMITED: {
    status: 429,
    retryable: true,
    exit: 75,
    likely: "too many calls in a short time, or a full queue",
    action: "wait for the time in Retry-After and call again",
  },
  CANCELLED: {
    status: 499,
    retryable: false,
    exit: 130,
    likely: "somebody stopped the work, or the caller went away",
    action: "start it again if it is still wanted",
  },
  INTERNAL: {
    status: 500,
    retryable: false,
    likely: "a fault in Tidewaiter",
    action: "look for the request id in the log, and report it",
  },
  UNAVAILABLE: {
    status: 503,
    retryable: true,
    exit: 69,
    likely: "a part that this call needs is starting, stopping or down",
    action: "wait and call again; /readyz of each process says which part",
  },
  TIMEOUT: {
    status: 504,
    retryable: true,
    exit: 69,
    likely: "the other side is slow or a firewall drops packets without answering",
    action: "check that the address is reachable from this process, or raise the time limit",
  },
  PORT_IN_USE: {
    status: 500,
    retryable: false,
    exit: 69,
    likely: "another program, or an earlier run of this one, listens there",
    action: "stop it, or choose another port with the variable that the message names",
  },
  DISK_FULL: {
    status: 507,
    retryable: true,
    exit: 75,
    likely: "the volume of the data folder is full",
    action: "free space or give the volume more",
  },
} as const satisfies Record<string, ErrorKind>;

const TUNNEL = {
  FILTER_BLOCKED: {
    status: 401,
    retryable: false,
    likely: "no filter rule allows this method and path",
    action: "add a rule to the ACCEPT file, or call a path that a rule allows",
  },
  TUNNEL_DOWN: {
    status: 503,
    retryable: true,
    exit: 69,
    likely: "the broker client is starting or cannot reach the broker server",
    action: "look at /healthcheck of the broker client",
  },
  NO_CONNECTION: {
    status: 404,
    retryable: true,
    exit: 69,
    likely: "no broker client with this token is connected",
    action: "start the broker client with this token, and check BROKER_SERVER_URL",
  },
  FRAME_INVALID: {
    status: 400,
    retryable: false,
    likely: "the other end of the tunnel is not a broker, or a proxy changed the bytes",
    action: "check what listens at BROKER_SERVER_URL",
  },
  SUBSTITUTION_REFUSED: {
    status: 403,
    retryable: false,
    likely: "the server asked for a credential in a place where it could be sent back",
    action: "ask for it as the whole value of the configured header only",
  },
  EXCHANGE_LOST: {
    status: 502,
    retryable: true,
    exit: 69,
    likely: "one side of the tunnel went away while the exchange was running",
    action: "call again; the client reconnects by itself",
  },
  BODY_TOO_LARGE: {
    status: 502,
    retryable: false,
    likely: "a response on the WebSocket path is larger than the protocol allows",
    action: "call without x-broker-ws-response, so that the body is streamed",
  },
  DOWNSTREAM_UNREACHABLE: {
    status: 502,
    retryable: true,
    exit: 69,
    likely: "the registry agent is not running at CR_AGENT_URL",
    action: "check CR_AGENT_URL as seen from the broker client",
  },
  DOWNSTREAM_TIMEOUT: {
    status: 504,
    retryable: true,
    exit: 69,
    likely: "the registry agent is overloaded, or a firewall drops packets on the way to it",
    action: "look at the agent's log, and check CR_AGENT_URL as seen from the broker client",
  },
  DOWNSTREAM_ERROR: {
    status: 502,
    retryable: true,
    exit: 69,
    likely: "the registry agent ended the connection before it answered",
    action: "look at the agent's log for this request id",
  },
} as const satisfies Record<string, ErrorKind>;

const REGISTRY = {
  REFERENCE_INVALID: {
    status: 400,
    retryable: false,
    exit: 2,
    likely: "the image name breaks the grammar: lower case, digits and - _ . / only, tags of at most 128 characters",
    action: "correct the name",
  },
  REGISTRY_HOST_MISMATCH: {
    status: 400,
    retryable: false,
    exit: 2,
    likely: "the image name carries a registry other than that of the credentials",
    action: "leave the host out, or use the connection of that registry",
  },
  REGISTRY_DNS: {
    status: 502,
    retryable: true,
    exit: 69,
    likely: "the host name is mistyped, or the resolver seen from here does not know it",
    action: "check CR_BASE and resolve the name from the agent's network",
  },
  REGISTRY_UNREACHABLE: {
    status: 502,
    retryable: true,
    exit: 69,
    likely: "nothing listens at that address and port, or a firewall stands between",
    action: "check CR_BASE and open the way from the agent to the registry",
  },
  REGISTRY_TLS: {
    status: 502,
    retryable: false,
    exit: 69,
    likely: "the registry's certificate was issued by a private authority",
    action: "give the authority's certificate with TIDEWAITER_CR_CA, or CA_CERT for every connection",
  },
  REGISTRY_PLAIN_HTTP: {
    status: 502,
    retryable: false,
    exit: 69,
    likely: "the registry speaks plain HTTP on this port",
    action: "use its HTTPS port, or allow plain HTTP for this connection with TIDEWAITER_CR_PLAIN_HTTP=true",
  },
  REGISTRY_UNAUTHORIZED: {
    status: 401,
    retryable: false,
    likely: "the user name or password is wrong, or the token has expired",
    action: "check CR_USERNAME and CR_PASSWORD",
  },
  REGISTRY_FORBIDDEN: {
    status: 403,
    retryable: false,
    likely: "the credentials are valid but lack the right to list or pull here",
    action: "give the account read rights on the repository",
  },
  REGISTRY_RATE_LIMITED: {
    status: 429,
    retryable: true,
    exit: 75,
    likely: "the registry's quota for these credentials is used up",
    action: "wait for the time that the registry names; credentials usually raise the limit",
  },
  REGISTRY_UNAVAILABLE: {
    status: 503,
    retryable: true,
    exit: 69,
    likely: "the registry is restarting or overloaded",
    action: "try later, and look at the registry's own health page",
  },
  REGISTRY_PROTOCOL: {
    status: 502,
    retryable: false,
    exit: 69,
    likely: "what answered is not a registry: a user interface, a proxy or a wrong path",
    action: "check the port and the path of CR_BASE",
  },
  REGISTRY_POLICY: {
    status: 403,
    retryable: false,
    likely: "the registry pointed to an address that credentials or data must not go to",
    action: "if the address is right, allow it in the options of the connection",
  },
  CATALOG_UNSUPPORTED: {
    status: 501,
    retryable: false,
    likely: "this registry type cannot list repositories with these credentials",
    action: "name images by hand, set TIDEWAITER_CR_REPOSITORIES, or give an API token with TIDEWAITER_CR_API_TOKEN",
  },
  MANIFEST_UNKNOWN: {
    status: 404,
    retryable: false,
    likely: "the repository or tag does not exist, or these credentials may not see it",
    action: "check repository and tag",
  },
  BLOB_UNKNOWN: {
    status: 404,
    retryable: false,
    likely: "the registry lost a layer that the manifest names",
    action: "push the image again",
  },
  PLATFORM_UNKNOWN: {
    status: 404,
    retryable: false,
    likely: "the index has no image for the platform asked for",
    action: "choose one of the platforms that the message names",
  },
  MANIFEST_LEGACY: {
    status: 415,
    retryable: false,
    exit: 4,
    likely: "the image was pushed in the schema 1 format, which registries have dropped",
    action: "push it again with a current tool",
  },
  IMAGE_UNSUPPORTED: {
    status: 415,
    retryable: false,
    exit: 4,
    likely: "what the tag names is no container image (a chart, signature or other artifact)",
    action: "leave it out; it will not be tried again",
  },
  IMAGE_TOO_LARGE: {
    status: 413,
    retryable: false,
    exit: 4,
    likely: "the image is larger than the configured limit",
    action: "raise SNYK_MAX_IMAGE_SIZE_IN_BYTES on the agent",
  },
  DIGEST_MISMATCH: {
    status: 502,
    retryable: true,
    likely: "the bytes were damaged on the way or in the registry's storage",
    action: "scan again; if it stays, push the image again",
  },
} as const satisfies Record<string, ErrorKind>;

const IMAGE = {
  LAYER_CORRUPT: {
    status: 422,
    retryable: false,
    exit: 4,
    likely: "the layer is truncated or damaged, or not what its media type says",
    action: "push the image again",
  },
  LIMIT_EXCEEDED: {
    status: 422,
    retryable: false,
    exit: 4,
    likely: "an image made to exhaust the scanner, or an unusually large one",
    action: "raise the limit that the message names if the image is trusted",
  },
  ARCHIVE_INVALID: {
    status: 422,
    retryable: false,
    exit: 2,
    likely: "the file is no docker or OCI archive, or is cut off",
    action: "save the image again",
  },
} as const satisfies Record<string, ErrorKind>;

const SCAN = {
  SCAN_LOST: {
    status: 500,
    retryable: true,
    likely: "the agent that ran the scan went away and did not come back in time",
    action: "start the scan again; look at the agent's log for why it ended",
  },
  SCAN_TIMEOUT: {
    status: 504,
    retryable: true,
    likely: "the scan took longer than its wall-clock limit",
    action: "raise TIDEWAITER_SCAN_TIMEOUT_MS, or give the agent more room",
  },
  CALLBACK_REFUSED: {
    status: 502,
    retryable: false,
    likely: "the callback address is no address that an agent may post to",
    action: "check BROKER_CLIENT_URL as seen from the agent",
  },
  WEBHOOK_REFUSED: {
    status: 400,
    retryable: false,
    likely: "alerts may not go to private, loopback or link-local addresses",
    action: "use a public address, or allow private ones with TIDEWAITER_ALLOW_PRIVATE_WEBHOOKS=true",
  },
  POLICY_BROKEN: {
    status: 422,
    retryable: false,
    exit: 3,
    likely: "findings at or above the chosen severity",
    action: "update the packages that the table names, or allow the findings with a reason",
  },
} as const satisfies Record<string, ErrorKind>;

const ADVISORIES = {
  ADVISORIES_MISSING: {
    status: 503,
    retryable: false,
    exit: 69,
    likely: "no advisory data was loaded yet",
    action: "run tidewaiter db update, or db import with a bundle",
  },
  ADVISORIES_INVALID: {
    status: 422,
    retryable: false,
    likely: "the download or bundle is damaged, incomplete or not signed by the known key",
    action: "fetch it again; the present data stays in use",
  },
  ADVISORIES_OLDER: {
    status: 409,
    retryable: false,
    likely: "the source is a mirror that lags behind, an old bundle, or lacks an ecosystem",
    action:
      "fetch the data again, or force it (db --force) when the older data is what you want; the present data stays in use",
  },
} as const satisfies Record<string, ErrorKind>;

/** Every error code of the product: one table, so that callers, docs and metrics agree. */
export const ERROR_CODES = { ...GENERAL, ...TUNNEL, ...REGISTRY, ...IMAGE, ...SCAN, ...ADVISORIES } as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The table's entry as its general shape. */
export function errorKind(code: ErrorCode): ErrorKind {
  return ERROR_CODES[code];
}

/** Narrows text from outside, such as a callback's body, to a code of the table. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CODES, text);
}
