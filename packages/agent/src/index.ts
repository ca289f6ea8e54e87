export { type AgentOptions, type RunningAgent, startAgent } from "./agent.ts";
export { type AgentSettings, agentSettingsSchema, loadAgentSettings } from "./settings.ts";
