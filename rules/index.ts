// Generated from the folder by `npm run generate`: do not edit.
import type { Rule } from '../src/rule.js';
import bindAllInterfaces from './bind-all-interfaces.js';
import corsPermissive from './cors-permissive.js';
import credentialLogged from './credential-logged.js';
import csrfCookieAuth from './csrf-cookie-auth.js';
import errorDetailLeak from './error-detail-leak.js';
import httpMissingAuth from './http-missing-auth.js';
import httpMissingBodyLimit from './http-missing-body-limit.js';
import httpMissingOriginCheck from './http-missing-origin-check.js';
import httpUnguardedParse from './http-unguarded-parse.js';
import httpUnvalidatedMessage from './http-unvalidated-message.js';
import missingRateLimit from './missing-rate-limit.js';
import originNullAccepted from './origin-null-accepted.js';
import originSubstringMatch from './origin-substring-match.js';
import originUnanchoredRegex from './origin-unanchored-regex.js';
import plaintextTransport from './plaintext-transport.js';
import sessionFixation from './session-fixation.js';
import sessionIdInsecure from './session-id-insecure.js';
import sessionMissingExpiry from './session-missing-expiry.js';
import sseHeaderOnlyAuth from './sse-header-only-auth.js';
import sseMissingAuth from './sse-missing-auth.js';
import sseMissingCloseCleanup from './sse-missing-close-cleanup.js';
import sseMissingConnectionLimit from './sse-missing-connection-limit.js';
import sseMissingRetry from './sse-missing-retry.js';
import sseUnserializedData from './sse-unserialized-data.js';
import timingUnsafeCompare from './timing-unsafe-compare.js';
import tokenInQuery from './token-in-query.js';
import wsBinaryAccepted from './ws-binary-accepted.js';
import wsLateOriginCheck from './ws-late-origin-check.js';
import wsMissingAuth from './ws-missing-auth.js';
import wsMissingAuthTimeout from './ws-missing-auth-timeout.js';
import wsMissingErrorHandler from './ws-missing-error-handler.js';
import wsMissingHeartbeat from './ws-missing-heartbeat.js';
import wsMissingMaxPayload from './ws-missing-max-payload.js';
import wsMissingOriginCheck from './ws-missing-origin-check.js';
import wsUnguardedParse from './ws-unguarded-parse.js';
import wsUnvalidatedMessage from './ws-unvalidated-message.js';

/** All rules, by id. */
export const rules: readonly Rule[] = [
  bindAllInterfaces,
  corsPermissive,
  credentialLogged,
  csrfCookieAuth,
  errorDetailLeak,
  httpMissingAuth,
  httpMissingBodyLimit,
  httpMissingOriginCheck,
  httpUnguardedParse,
  httpUnvalidatedMessage,
  missingRateLimit,
  originNullAccepted,
  originSubstringMatch,
  originUnanchoredRegex,
  plaintextTransport,
  sessionFixation,
  sessionIdInsecure,
  sessionMissingExpiry,
  sseHeaderOnlyAuth,
  sseMissingAuth,
  sseMissingCloseCleanup,
  sseMissingConnectionLimit,
  sseMissingRetry,
  sseUnserializedData,
  timingUnsafeCompare,
  tokenInQuery,
  wsBinaryAccepted,
  wsLateOriginCheck,
  wsMissingAuth,
  wsMissingAuthTimeout,
  wsMissingErrorHandler,
  wsMissingHeartbeat,
  wsMissingMaxPayload,
  wsMissingOriginCheck,
  wsUnguardedParse,
  wsUnvalidatedMessage,
];
