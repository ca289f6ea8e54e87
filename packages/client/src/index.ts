export { type BrokerClient, PROTOCOL_VERSION, startBrokerClient } from "./broker-client.ts";
export { type ClientSettings, clientSettings } from "./settings.ts";
