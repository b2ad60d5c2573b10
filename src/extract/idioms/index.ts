import type { Idiom } from '../idiom.js';
import { bodyReaders } from './body-readers.js';
import { controlDoors } from './control-doors.js';
import { cookieDoors } from './cookie-doors.js';
import { corsPolicies } from './cors-policies.js';
import { errorAnswers } from './error-answers.js';
import { eventStreams } from './event-streams.js';
import { inboundBodies } from './inbound-bodies.js';
import { inboundFrames } from './inbound-frames.js';
import { listeners } from './listeners.js';
import { logCalls } from './log-calls.js';
import { originTests } from './origin-tests.js';
import { plainUrls } from './plain-urls.js';
import { requestParses } from './request-parses.js';
import { secretComparisons } from './secret-comparisons.js';
import { servedAddresses } from './served-addresses.js';
import { sessionIds } from './session-ids.js';
import { sessionLookups } from './session-lookups.js';
import { keptSessions } from './session-stores.js';
import { sseFields } from './sse-fields.js';
import { streamBodies } from './stream-bodies.js';
import { urlCredentials } from './url-credentials.js';

/** Every habit the audit reads. Each works on what the frameworks found. */
export const idioms: readonly Idiom[] = [
  corsPolicies,
  controlDoors,
  eventStreams,
  sessionIds,
  sessionLookups,
  keptSessions,
  cookieDoors,
  requestParses,
  plainUrls,
  secretComparisons,
  inboundFrames,
  inboundBodies,
  listeners,
  originTests,
  urlCredentials,
  sseFields,
  bodyReaders,
  errorAnswers,
  logCalls,
  servedAddresses,
  streamBodies,
];
