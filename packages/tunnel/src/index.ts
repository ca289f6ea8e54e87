export {
  type BodyFrame,
  decodeBodyFrames,
  encodeBodyFrame,
  type FrameKind,
  INLINE_BODY_BYTES,
} from "./body-frame.ts";
export { readBounded } from "./bounded-body.ts";
export { denialBody, HTTP_DENIAL, TUNNEL_DENIAL } from "./denial.ts";
export { binary } from "./ejson.ts";
export {
  bodyTooLarge,
  type ExchangeRequest,
  type ExchangeResponse,
  formatRequest,
  formatRequestHead,
  formatResponse,
  MAX_ACK_BODY_LENGTH,
  parseRequest,
  parseRequestHead,
  parseResponse,
} from "./exchange-message.ts";
export { CLIENT_RULES, SERVER_RULES } from "./filter/default-rules.ts";
export {
  compileFilter,
  type Filter,
  type FilterDecision,
  type FilterSubject,
} from "./filter/matcher.ts";
export { type NormalisedUrl, normaliseUrl } from "./filter/normalise.ts";
export { type FilterRule, parseRuleFile, type RuleFile } from "./filter/rule-file.ts";
export { parseOrigin, resolveTarget, type Target } from "./filter/target.ts";
export { createVariables, placeholder, type Variables } from "./filter/variables.ts";
export { createFrameBatch, type FrameBatch } from "./frame-batch.ts";
export { endToEndHeaders } from "./headers.ts";
export {
  type ClientIdentity,
  FORWARDED_AUTHORIZATION,
  judgeVersion,
  POST_STREAMS,
  parseClientIdentity,
  parseServerCapabilities,
  RECEIVE_POST_STREAMS,
  TIDEWAITER_STREAMS,
} from "./identify.ts";
export {
  formatAck,
  formatEvent,
  formatIdAnswer,
  formatPing,
  formatPong,
  type Message,
  parseMessage,
  SERVER_CLOSE,
} from "./message.ts";
export { createPendingAnswers, type PendingAnswers, type WaitOptions } from "./pending-answers.ts";
export { exchangeId } from "./request-id.ts";
export {
  encodeStreamHead,
  readStreamHead,
  STREAM_CONTENT_TYPE,
  type StreamHead,
  toStreamHead,
} from "./stream-head.ts";
export {
  BODY_SUBSTITUTION,
  HEADER_SUBSTITUTION,
  type SubstitutionPolicy,
  substituteBody,
  substituteHeaders,
} from "./substitution.ts";
