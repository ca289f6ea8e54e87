import { followPages, sendRows } from "../../exports/send-file.ts";
import { PROJECTS_TABLE } from "../../exports/tables.ts";
import { listGroups } from "../../projects/repository-groups.ts";
import type { Services } from "../../services.ts";
import type { Handlers } from "../mount.ts";

const EXPORT_PAGE = 500;

/** Projects: the list of images with its filters, and one of them. */
export function projectHandlers({ db, bus, projects, schedules }: Services): Handlers<"projects"> {
  return {
    list: ({ principal, query }) => projects.list(principal, query),
    groups: ({ principal, query }) => listGroups(db, principal, query),
    async exportList({ principal, query: { format, ...filters }, res }) {
      const read = (cursor: string | undefined) =>
        projects.list(principal, { ...filters, sort: "repository", limit: EXPORT_PAGE, cursor });
      await sendRows(res, format, PROJECTS_TABLE, followPages(read));
    },
    show: ({ principal, params }) => projects.show(principal, params.id),
    async open({ principal, params }) {
      await projects.open(principal, params.id);
      return undefined;
    },
    async update({ principal, params, body, note }) {
      note(body);
      if (body.schedule) schedules.preview(body.schedule);
      const view = await projects.setSchedule(principal, params.id, body.schedule);
      await schedules.planProject(params.id);
      return view;
    },
    async remove({ principal, params, note }) {
      const { repository, reference, connectionId } = await projects.show(principal, params.id);
      note({ repository, reference });
      await projects.remove(principal, params.id);
      bus.publish("project", connectionId, { id: params.id, isRemoved: true });
      return undefined;
    },
    scan: ({ principal, params }) => projects.scan(principal, params.id),
    history: ({ principal, params, query }) => projects.history(principal, params.id, query),
  };
}
