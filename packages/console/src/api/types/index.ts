export * from "./common.ts";
export * from "./connections.ts";
export * from "./events.ts";
export * from "./fleet.ts";
export * from "./images.ts";
export * from "./organisation.ts";
export * from "./projects.ts";
