import { followPages, sendRows } from "../../exports/send-file.ts";
import { ALL_FINDINGS_TABLE } from "../../exports/tables.ts";
import { listFindings } from "../../findings/list-findings.ts";
import { assertMayChange } from "../../policy/allow-lists.ts";
import { askGate } from "../../policy/gate.ts";
import type { Services } from "../../services.ts";
import type { Handlers } from "../mount.ts";

const EXPORT_PAGE = 500;

/** Findings over all images. */
export function findingHandlers({ db }: Services): Handlers<"findings"> {
  return {
    list: ({ principal, query }) => listFindings(db, principal, query),
    async export({ principal, query: { format, ...filters }, res }) {
      const read = (cursor: string | undefined) =>
        listFindings(db, principal, { ...filters, limit: EXPORT_PAGE, cursor });
      await sendRows(res, format, ALL_FINDINGS_TABLE, followPages(read));
    },
  };
}

/** The common allow list and those of connections. */
export function allowListHandlers({ allowLists, connections, recount }: Services): Handlers<"allowLists"> {
  return {
    common: async () => ({ entries: await allowLists.list(null) }),
    async addCommon({ principal, body, note }) {
      assertMayChange(principal, null);
      const entries = await allowLists.add(null, body, principal.name);
      note({ advisories: entries.map(({ advisory }) => advisory), reason: body.reason });
      await recount(null);
      return { entries };
    },
    async ofConnection({ principal, params }) {
      const { allowMode } = await connections.show(principal, params.id);
      return {
        mode: allowMode,
        own: await allowLists.list(params.id),
        applies: await allowLists.applyingTo(params.id),
      };
    },
    async addToConnection({ principal, params, body, note }) {
      await connections.show(principal, params.id);
      const entries = await allowLists.add(params.id, body, principal.name);
      note({ advisories: entries.map(({ advisory }) => advisory), reason: body.reason });
      await recount(params.id);
      return { entries };
    },
    async remove({ principal, params, note }) {
      const entry = await allowLists.remove(principal, params.id);
      note({ advisory: entry.advisory, connectionId: entry.connectionId });
      await recount(entry.connectionId);
      return undefined;
    },
  };
}

/** Whether an image may run. */
export function gateHandlers({ db, clock, images }: Services): Handlers<"gate"> {
  return {
    async ask({ principal, body, note }) {
      const answer = await askGate(db, images, principal, body, clock.now());
      note({ reference: body.reference, digest: body.digest, verdict: answer.verdict });
      return answer;
    },
  };
}
