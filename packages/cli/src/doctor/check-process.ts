import { z } from "zod";
import type { Ask } from "./ask.ts";
import type { Place } from "./places.ts";
import { failed, failedWith, type Part, type Row } from "./row.ts";

const readiness = z.object({ ok: z.boolean(), reasons: z.array(z.string()).default([]) });

/** What was found of one process: its rows, and whether it answers at all. */
export interface Found {
  readonly rows: readonly Row[];
  readonly isThere: boolean;
}

/** Whether the process answers and calls itself ready. Silence at an address that nobody named is no failure. */
export async function checkProcess(part: Part, { url, isNamed }: Place, ask: Ask): Promise<Found> {
  try {
    const { status, json, durationMs } = await ask(url, "/readyz");
    const parsed = readiness.safeParse(json);
    if (!parsed.success) {
      const what = `${url.origin} answers ${status}, but is no ${part} of Tidewaiter`;
      return { isThere: false, rows: [failedWith(part, "ready", "NOT_FOUND", what)] };
    }
    const { ok, reasons } = parsed.data;
    const fact = `${url.origin} in ${durationMs} ms`;
    if (ok) return { isThere: true, rows: [{ part, check: "ready", verdict: "pass", fact }] };
    return { isThere: true, rows: [failedWith(part, "ready", "UNAVAILABLE", `${fact}: ${reasons.join(", ")}`)] };
  } catch (error) {
    if (isNamed) return { isThere: false, rows: [failed(part, "ready", error)] };
    const fact = `nothing at ${url.origin}; name the address when it is elsewhere`;
    return { isThere: false, rows: [{ part, check: "ready", verdict: "skipped", fact }] };
  }
}
