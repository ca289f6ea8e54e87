import { assertMayGrant } from "../../access/principal.ts";
import { followPages, sendRows } from "../../exports/send-file.ts";
import { AUDIT_TABLE } from "../../exports/tables.ts";
import type { Services } from "../../services.ts";
import { toIso } from "../../store/values.ts";
import type { Handlers } from "../mount.ts";

const EXPORT_PAGE = 500;

/** Accounts, API keys and the audit log. */
export function peopleHandlers({ users, links, keys, audit, sessions }: Services): Handlers<"people"> {
  return {
    listUsers: ({ query }) => users.list(query),
    async inviteUser({ principal, body, note }) {
      assertMayGrant(principal, body);
      const { token, path, expiresAt } = await links.issue(body, principal.name);
      note({ role: body.role });
      return { token, path, expiresAt: toIso(expiresAt) };
    },
    async updateUser({ principal, params, body, note }) {
      const present = await users.show(params.id);
      assertMayGrant(principal, present);
      assertMayGrant(principal, { ...present, ...body });
      note(body);
      const changed = await users.update(params.id, body);
      if (body.isDisabled) await sessions.endOthers(params.id);
      return changed;
    },
    async removeUser({ principal, params, note }) {
      const present = await users.show(params.id);
      assertMayGrant(principal, present);
      note({ name: present.name });
      await users.remove(params.id);
      return undefined;
    },
    listKeys: ({ query }) => keys.list(query),
    async createKey({ principal, body, note }) {
      assertMayGrant(principal, body);
      const expiresAt = body.expiresAt === null ? null : Date.parse(body.expiresAt);
      const made = await keys.create({ ...body, expiresAt }, principal.name);
      note({ keyId: made.key.id, name: body.name, role: body.role, scopes: body.scopes });
      return made;
    },
    async revokeKey({ params }) {
      await keys.revoke(params.id);
      return undefined;
    },
    audit: ({ query }) => audit.list(query),
    async exportAudit({ query: { format, ...filters }, res }) {
      const read = (cursor: string | undefined) => audit.list({ ...filters, limit: EXPORT_PAGE, cursor });
      await sendRows(res, format, AUDIT_TABLE, followPages(read));
    },
  };
}
