/** Names in the event stream; `reset` means: something was missed, read again. */
export const LIVE_EVENTS = ["scan", "import", "project", "connection", "advisories", "delivery", "reset"] as const;
export type LiveEventName = (typeof LIVE_EVENTS)[number];
