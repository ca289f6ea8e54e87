export { type Clock, systemClock } from "./clock.ts";
export { type DatabaseOptions, openDatabase, transact } from "./database.ts";
export { createDirectRoutes, type DirectRoute, type DirectRoutes } from "./direct-routes.ts";
export { ERROR_CODES, type ErrorCode, errorKind, isErrorCode } from "./error-codes.ts";
export {
  BrokerError,
  type BrokerErrorOptions,
  formatProblem,
  type Problem,
  systemCode,
  toBrokerError,
} from "./errors.ts";
export {
  closedSignal,
  createHttpApp,
  type ErrorShape,
  type HttpAppOptions,
  type Readiness,
  requestIdOf,
} from "./http-app.ts";
export { parseInput } from "./input.ts";
export { createLimiter, type Limiter } from "./limiter.ts";
export { type Listener, type ListenOptions, listen } from "./listen.ts";
export {
  type AppLogger,
  createLogger,
  LOG_LEVELS,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  silentLogger,
} from "./logger.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
export { nodeArgsOf } from "./node-args.ts";
export { createDispatcher, type OutboundOptions, outboundFromEnv, trustedAuthorities } from "./outbound.ts";
export { guardOutput } from "./output-guard.ts";
export { sendBytes, sendJson, sendProblem } from "./plain-http.ts";
export { printable, printableLine } from "./printable.ts";
export { createRedactor, type Redactor } from "./redaction.ts";
export { DEFAULT_RETRY, parseRetryAfter, type RetryOptions, type RetryPolicy, retry, retryDelay } from "./retry.ts";
export { Secret } from "./secret.ts";
export { runService, type Service, type ServiceContext } from "./service.ts";
export {
  configInvalid,
  countSetting,
  describeSettings,
  type Env,
  flagSetting,
  listSetting,
  loadSettings,
  type SettingRow,
  secretSetting,
  secretsOf,
} from "./settings.ts";
export { createShutdown, type Shutdown } from "./shutdown.ts";
export { commonBundleFiles, writeSupportBundle } from "./support-bundle.ts";
export { createVault, deriveKey, loadVaultKey, type Vault } from "./vault.ts";
export { productVersion } from "./version.ts";
