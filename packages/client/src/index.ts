export { type BrokerClient, startBrokerClient } from "./broker-client.ts";
export { PROTOCOL_VERSION } from "./protocol-version.ts";
export { type ClientSettings, clientSettings } from "./settings.ts";
