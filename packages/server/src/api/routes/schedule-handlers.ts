import { BrokerError } from "@tidewaiter/runtime";
import type { Services } from "../../services.ts";
import type { Handlers } from "../mount.ts";

/** Timetables. */
export function scheduleHandlers({ schedules }: Services): Handlers<"schedules"> {
  return {
    show: ({ principal }) => schedules.show(principal),
    async set({ principal, body, note }) {
      if (principal.connections !== null) {
        throw new BrokerError("FORBIDDEN", "this timetable concerns connections that you may not see");
      }
      note(body);
      return schedules.setOrganisation(body);
    },
    preview: async ({ body }) => schedules.preview(body),
  };
}
