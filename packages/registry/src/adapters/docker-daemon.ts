import { createDaemonRegistry } from "../daemon/daemon-registry.ts";
import type { ForeignDefinition } from "./adapter.ts";

/** Images of a local Docker engine: no registry at all, but listed, resolved and read as one. */
export const dockerDaemon: ForeignDefinition = { type: "docker-daemon", createRegistry: createDaemonRegistry };
