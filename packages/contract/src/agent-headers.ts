/** What the broker client tells the agent of itself. It strips these names from all that comes down the tunnel. */
export const AGENT_HEADERS = {
  /** Hash of the client's token: whose request it is. */
  connection: "x-tidewaiter-connection",
  /** The client's own address as the agent sees it, for callbacks. */
  callback: "x-tidewaiter-callback",
  /** TIDEWAITER_AGENT_SECRET. */
  secret: "x-tidewaiter-secret",
} as const;
