import { sendImportSarif } from "../../exports/import-sarif.ts";
import { followPages, sendRows } from "../../exports/send-file.ts";
import { IMPORT_LOG_TABLE } from "../../exports/tables.ts";
import { listScans } from "../../scans/scan-reader.ts";
import type { Services } from "../../services.ts";
import type { Handlers } from "../mount.ts";

const EXPORT_PAGE = 500;

/** What the registry lists. */
export function listingHandlers({ connections, listings }: Services): Handlers<"listings"> {
  return {
    async repositories({ principal, params, query, signal }) {
      await connections.show(principal, params.id);
      return listings.repositories(params.id, query, signal);
    },
    async tags({ principal, params, query, signal }) {
      await connections.show(principal, params.id);
      return listings.tags(params.id, query.repository, query, signal);
    },
  };
}

/** Imports, their logs and the rules that go on importing. */
export function importHandlers({
  db,
  clock,
  connections,
  images,
  imports,
  rules,
  version,
}: Services): Handlers<"imports"> {
  return {
    async start({ principal, params, body, note }) {
      await connections.show(principal, params.id);
      const view = await imports.start(params.id, body, principal.name);
      note({ importId: view.id, images: body.images.length, rules: body.rules.length });
      return view;
    },
    list: ({ principal, query }) => imports.list(principal, query),
    show: ({ principal, params }) => imports.show(principal, params.id),
    async log({ principal, params, query }) {
      await imports.show(principal, params.id);
      return listScans(db, principal, { ...query, importId: params.id }, clock.now());
    },
    async exportLog({ principal, params, query, res }) {
      await imports.show(principal, params.id);
      const read = (cursor: string | undefined) =>
        listScans(db, principal, { limit: EXPORT_PAGE, cursor, importId: params.id }, clock.now());
      await sendRows(res, query.format, IMPORT_LOG_TABLE, followPages(read));
    },
    async exportFindings({ principal, params, res }) {
      await imports.show(principal, params.id);
      const read = (cursor: string | undefined) =>
        listScans(db, principal, { limit: EXPORT_PAGE, cursor, importId: params.id }, clock.now());
      await sendImportSarif(images, principal, `import-${params.id}`, followPages(read), version, res);
    },
    stop: ({ principal, params }) => imports.stop(principal, params.id),
    async listRules({ principal, params }) {
      await connections.show(principal, params.id);
      return { items: await rules.list(params.id) };
    },
    updateRule({ principal, params, body, note }) {
      note(body);
      return rules.update(principal, params.id, body);
    },
    async removeRule({ principal, params }) {
      await rules.remove(principal, params.id);
      return undefined;
    },
  };
}
