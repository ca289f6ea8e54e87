import { sendBundle } from "../../diagnose/bundle.ts";
import { diagnose } from "../../diagnose/diagnose.ts";
import type { Services } from "../../services.ts";
import type { Handlers } from "../mount.ts";

/** What helps those who look for a fault. */
export function diagnosisHandlers({ connections, diagnosis }: Services): Handlers<"diagnosis"> {
  return {
    async run({ principal, params, signal }) {
      await connections.show(principal, params.id);
      return diagnose(diagnosis, principal, params.id, signal);
    },
    async bundle({ principal, params, signal, res }) {
      await sendBundle(diagnosis, principal, await connections.show(principal, params.id), res, signal);
    },
  };
}
