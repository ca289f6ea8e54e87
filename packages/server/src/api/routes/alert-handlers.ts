import { randomUUID } from "node:crypto";
import { assertPublicHost } from "../../alerts/addresses.ts";
import type { Alert } from "../../alerts/payloads.ts";
import type { Services } from "../../services.ts";
import type { Handlers } from "../mount.ts";

/** Channels and what was sent to them. */
export function alertHandlers({ channels, deliveries, allowsPrivateWebhooks }: Services): Handlers<"channels"> {
  const checkAddress = (url: string | undefined): void => {
    if (url !== undefined && !allowsPrivateWebhooks) assertPublicHost(new URL(url));
  };
  return {
    list: async ({ principal }) => ({ items: await channels.list(principal) }),
    async create({ principal, body, note }) {
      checkAddress(body.url);
      const made = await channels.create(principal, body);
      note({ channelId: made.channel.id, name: body.name, kind: body.kind, target: made.channel.target });
      return made;
    },
    async update({ principal, params, body: { url, ...rest }, note }) {
      checkAddress(url);
      note({ ...rest, ...(url !== undefined && { hasNewAddress: true }) });
      return channels.update(principal, params.id, { url, ...rest });
    },
    async remove({ principal, params }) {
      await channels.remove(principal, params.id);
      return undefined;
    },
    async test({ principal, params }) {
      const channel = await channels.find(principal, params.id);
      return deliveries.sendNow(channel, testAlert(channel.connection_id, principal.name));
    },
    deliveries: ({ principal, query }) => deliveries.list(principal, query),
    resend: ({ principal, params }) => deliveries.resend(principal, params.id),
  };
}

function testAlert(connectionId: string | null, author: string): Alert {
  return {
    event: "test",
    connectionId,
    dedupeKey: randomUUID(),
    title: `Test message from Tidewaiter, sent by ${author}`,
    data: {},
  };
}
