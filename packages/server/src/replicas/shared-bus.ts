import type { EventBus } from "../events/bus.ts";
import type { ReplicaMessage } from "./replica-messages.ts";

/** A bus whose events reach the watchers of all servers. */
export function shareBus(bus: EventBus, send: (message: ReplicaMessage) => void): EventBus {
  return {
    ...bus,
    get lastId() {
      return bus.lastId;
    },
    publish(name, connectionId, data) {
      bus.publish(name, connectionId, data);
      send({ kind: "event", name, connectionId, data: { ...data } });
    },
  };
}
