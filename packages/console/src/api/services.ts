import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Api } from "./client.ts";
import type { Live } from "./live.ts";
import type { Principal, Role } from "./types/index.ts";
import { ROLES } from "./types/index.ts";

/** What every screen may use. */
export interface Services {
  readonly api: Api;
  readonly live: Live;
  readonly me: Principal;
  /** Says something in the corner of the page, and to screen readers. */
  readonly say: (text: string) => void;
}

export const ServicesContext = createContext<Services | undefined>(undefined);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error("outside of the signed-in part of the page");
  return services;
}

/** Whether the person may do what the API asks `role` for. The server decides; this only hides dead buttons. */
export function useMay(role: Role): boolean {
  const { me } = useServices();
  return ROLES.indexOf(me.role) >= ROLES.indexOf(role);
}
