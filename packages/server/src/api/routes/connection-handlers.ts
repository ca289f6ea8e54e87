import { BrokerError } from "@tidewaiter/runtime";
import { checkConnection } from "../../connections/check.ts";
import { createCommands } from "../../connections/commands.ts";
import { listRegistryTypes } from "../../connections/registry-types.ts";
import type { Services } from "../../services.ts";
import { toIso } from "../../store/values.ts";
import type { TunnelClient } from "../../tunnel/hub.ts";
import type { ConnectionOptions, ConnectionView } from "../contract/connections.ts";
import type { Call, Handlers } from "../mount.ts";

/** Connections, their tokens and the six-step check. */
export function connectionHandlers(services: Services): Handlers<"connections"> {
  const { connections, tokens, hub, agent, clock, bus } = services;
  const issue = async (connection: Pick<ConnectionView, "id" | "type" | "options">, call: Pick<Call, "req">) => {
    const { id, token } = await tokens.issue(connection.id);
    return { token, tokenId: id, commands: commandsFor(services, connection.type, connection.options, token, call) };
  };
  return {
    types: async () => ({ items: listRegistryTypes() }),
    list: ({ principal, query }) => connections.list(principal, query),
    async create(call) {
      const { principal, body, note } = call;
      if (principal.connections !== null)
        throw new BrokerError("FORBIDDEN", "you may see some connections only, so you cannot add one");
      const id = await connections.create(body.name, body.type, body.options);
      const connection = await connections.show(principal, id);
      note({ connectionId: id, name: body.name, type: body.type });
      bus.publish("connection", id, { id, state: connection.state });
      return { connection, ...(await issue(connection, call)) };
    },
    async show({ principal, params }) {
      const view = await connections.show(principal, params.id);
      return { ...view, liveClients: hub.clients(params.id).map(toClient) };
    },
    async update({ principal, params, body, note }) {
      note(body);
      if (body.schedule) services.schedules.preview(body.schedule);
      await connections.update(principal, params.id, body);
      if (body.schedule !== undefined) await services.schedules.planConnection(params.id);
      if (body.allowMode !== undefined) await services.recount(params.id);
      return connections.show(principal, params.id);
    },
    async remove({ principal, params, note }) {
      note({ name: (await connections.show(principal, params.id)).name });
      await services.stopScans.all({ connectionId: params.id });
      await connections.remove(principal, params.id);
      hub.disconnect(params.id, "the connection was removed");
      return undefined;
    },
    async listTokens({ principal, params }) {
      await connections.show(principal, params.id);
      return { items: await tokens.list(params.id) };
    },
    async rotateToken(call) {
      const { principal, params, body, note } = call;
      const connection = await connections.show(principal, params.id);
      const issued = await issue(connection, call);
      await tokens.expireOthers(params.id, issued.tokenId, clock.now() + body.overlapHours * 3_600_000);
      note({ tokenId: issued.tokenId, overlapHours: body.overlapHours });
      return issued;
    },
    async revokeToken({ principal, params }) {
      await connections.show(principal, params.id);
      await tokens.revoke(params.id, params.tokenId);
      // Clients with another token of this connection come back by themselves within seconds.
      hub.disconnect(params.id, "a token was revoked");
      return undefined;
    },
    async addHook({ principal, params, signal }) {
      return services.hooks.add(await connections.show(principal, params.id), signal);
    },
    async removeHook({ principal, params, signal }) {
      await connections.show(principal, params.id);
      await services.hooks.remove(params.id, signal);
      return undefined;
    },
    async check({ principal, params, signal }) {
      await connections.show(principal, params.id);
      const check = await checkConnection(agent, params.id, clock, signal);
      await connections.saveCheck(params.id, check);
      bus.publish("connection", params.id, { id: params.id, ok: check.ok });
      return check;
    },
  };
}

function commandsFor(
  { version, publicUrl }: Services,
  type: ConnectionView["type"],
  options: ConnectionOptions,
  token: string,
  { req }: Pick<Call, "req">,
) {
  const serverUrl = publicUrl ?? `${req.protocol}://${req.headers.host ?? "localhost"}`;
  return createCommands({ type, options, token, serverUrl, version });
}

function toClient({ connectedAt, ...client }: TunnelClient) {
  return { ...client, connectedAt: toIso(connectedAt) };
}
