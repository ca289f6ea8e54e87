export { API_ROUTES, listRoutes } from "./api/contract/index.ts";
export { createOpenApi } from "./api/openapi.ts";
export { type ServerSettings, serverSettings } from "./config.ts";
export { type RunningServer, startServer } from "./server.ts";
