import { describe, expect, test } from 'vitest';
import { rules } from '../rules/index.js';
import type {
  ControlEndpoint,
  CorsPolicy,
  CredentialDecision,
  EventStream,
  Listener,
  Location,
  McpEndpoint,
  OriginDecision,
  OriginTest,
  SseField,
  Subject,
  Trial,
  UrlCredential,
  WebSocketServer,
} from '../src/facts/index.js';
import type { Verdict } from '../src/rule.js';

// A rule sees plain facts and no source, so a subject is an object literal: take a door that is wide open, change the
// one thing the test is about, and ask.

function ask(id: string, subject: Subject): Verdict {
  const rule = rules.find(candidate => candidate.id === id);
  if (!rule) throw new Error(`there is no rule ${id}`);
  return rule.judge(subject);
}

/** A verdict in one word: the severity of a flaw, or what else it is. */
function said(id: string, subject: Subject): string {
  const verdict = ask(id, subject);
  return verdict.is === 'flawed' ? verdict.severity : verdict.is;
}

/** The message of a flaw or a doubt; fails on any other verdict. */
function messageOf(verdict: Verdict): string {
  if (verdict.is === 'flawed' || verdict.is === 'unsure') return verdict.says;
  throw new Error(`expected a flaw or a doubt, got ${verdict.is}`);
}

function line(n: number): Location {
  return { file: 'src/server.ts', line: n, column: 1, endLine: n, endColumn: 40 };
}

function trial(kind: Trial['kind'], answer: Trial['answer'], more: Partial<Trial> = {}): Trial {
  return { kind, origin: 'https://attacker.example', answer, trail: [], ...more };
}

function decision(stage: OriginDecision['stage'], ...trials: Trial[]): OriginDecision {
  return { stage, trials, decidedBy: [] };
}

const everybody = decision(
  'before-accept',
  trial('unrelated', 'admits'),
  trial('rebind', 'admits', { host: 'attacker.example' }),
);
const noStranger = decision(
  'before-accept',
  trial('unrelated', 'refuses', { at: line(30) }),
  trial('rebind', 'refuses', { at: line(30), host: 'attacker.example' }),
  trial('trusted', 'admits', { origin: 'https://myapp.com' }),
);
const late = decision('after-accept', trial('unrelated', 'refuses', { at: line(31) }));

const open: CredentialDecision = { answer: 'admits', carriers: [], trail: [] };
const openByDefault: CredentialDecision = { ...open, because: 'unless MCP_TOKEN is set' };
const cookie: CredentialDecision = { answer: 'refuses', carriers: ['cookie'], at: line(40), trail: [] };
const bearer: CredentialDecision = { answer: 'refuses', carriers: ['authorization-header'], at: line(41), trail: [] };
const unread: CredentialDecision = {
  answer: 'unclear',
  carriers: [],
  at: line(42),
  because: 'the result of verify() comes from a package',
  trail: [],
};

const door = {
  at: line(10),
  anchors: [],
  bind: { is: 'default', value: '::', because: 'node:http listens on every interface' },
  exposure: 'network',
  wayIn: { at: line(8), method: 'POST', path: '/mcp' },
  gates: [],
  origin: everybody,
  credential: open,
} as const;

const socket: WebSocketServer = {
  ...door,
  kind: 'WebSocketServer',
  via: 'ws',
  wayIn: undefined,
  maxPayload: { is: 'default', value: 100 * 1024 ** 2, because: 'ws takes up to 100 MiB unless told otherwise' },
  ownSizeLimit: undefined,
  servedBeforeCheck: undefined,
  errorListener: { is: 'library', because: 'the library hears them' },
  lastResort: undefined,
  heartbeat: { is: 'library', because: 'the library pings' },
  loginTimer: { is: 'library', because: 'nobody logs in' },
};
const endpoint: McpEndpoint = {
  ...door,
  kind: 'McpEndpoint',
  via: '@modelcontextprotocol/sdk',
  transport: 'streamable-http',
  transportAt: line(12),
};
const control: ControlEndpoint = {
  ...door,
  kind: 'ControlEndpoint',
  via: 'express',
  deed: 'command',
  doneAt: line(44),
  server: line(5),
};
const stream: EventStream = {
  ...door,
  kind: 'EventStream',
  via: 'express',
  retry: undefined,
  life: 'long-lived',
  connectionCap: { is: 'none' },
  departure: { is: 'ignored', left: undefined },
};
const field: SseField = {
  kind: 'SseField',
  at: line(20),
  field: 'data',
  text: 'raw',
  source: 'tool',
  because: 'the result of callTool()',
  trail: [],
};
const cors: CorsPolicy = {
  kind: 'CorsPolicy',
  at: line(5),
  via: 'cors',
  allows: 'any',
  credentials: { is: 'default', value: false, because: 'cors sends no such header' },
  witness: undefined,
  covers: 'doors',
  credential: open,
  optIn: false,
  because: 'cors() allows * unless told otherwise',
  trail: [],
};
const listener: Listener = {
  kind: 'Listener',
  at: line(50),
  via: 'express',
  host: { is: 'default', value: '::', because: 'node:http listens on every interface' },
  exposure: 'network',
  probe: false,
  credential: open,
  reachesDangerousTools: undefined,
  trail: [],
};
const token: UrlCredential = {
  kind: 'UrlCredential',
  at: line(60),
  variant: 'server-read',
  parameter: 'token',
  onStream: false,
  singleUse: undefined,
  trail: [],
};
const originTest: OriginTest = {
  kind: 'OriginTest',
  at: line(70),
  test: 'substring',
  text: "origin.endsWith('myapp.com')",
  witness: trial('prefixed', 'admits', { origin: 'https://evilmyapp.com' }),
  unclear: undefined,
  credential: open,
  isOfSockets: false,
  trail: [],
};

describe('every rule', () => {
  test.each(rules.map(rule => [rule.id, rule] as const))(
    '%s says where to read more, and ends its sentences',
    (_id, rule) => {
      expect(rule.reading.length).toBeGreaterThan(0);
      for (const address of rule.reading) expect(new URL(address).protocol).toBe('https:');
      for (const text of [rule.why, rule.fix, rule.verify]) expect(text).toMatch(/[.!?]$/);
      expect(rule.title).not.toMatch(/\.$/);
    },
  );
});

describe('ws-missing-origin-check', () => {
  const id = 'ws-missing-origin-check';

  test.each([
    ['nothing', open, 'critical'],
    ['a cookie, which the browser adds', cookie, 'high'],
    ['something that could not be read', unread, 'high'],
    ['a bearer token, which no page knows', bearer, 'low'],
  ])('a foreign page gets in, and the server asks for %s', (_asked, credential, severity) => {
    expect(said(id, { ...socket, credential })).toBe(severity);
  });

  test('the message names the witness, the gates it passed and what would close the door', () => {
    const gates = [{ at: line(15), name: 'verifyClient', stage: 'before-accept', certain: true }] as const;
    const verdict = ask(id, { ...socket, gates, credential: openByDefault });
    expect(messageOf(verdict)).toBe(
      'This ws server accepts a handshake with Origin https://attacker.example: none of its gates (verifyClient) refuses ' +
        'it, and no credential is required (unless MCP_TOKEN is set).',
    );
    expect(verdict).toMatchObject({ at: line(10), witness: { origin: 'https://attacker.example' } });
  });

  test('a refusal before acceptance is sound, thanks to the refusing statement', () => {
    expect(ask(id, { ...socket, origin: noStranger })).toEqual({ is: 'sound', thanksTo: line(30) });
  });

  test('a refusal after acceptance is the business of ws-late-origin-check', () => {
    expect(said(id, { ...socket, origin: late })).toBe('moot');
  });

  test('look-alikes that get in are the business of the origin-* rules', () => {
    const weak = decision('before-accept', trial('unrelated', 'refuses'), trial('prefixed', 'admits'));
    expect(said(id, { ...socket, origin: weak })).toBe('sound');
  });

  test.each(['depends', 'unclear'] as const)('an answer that %s is a doubt, told with its reason', answer => {
    const origin = decision(
      'before-accept',
      trial('unrelated', answer, { at: line(33), because: 'the list is remote' }),
    );
    const verdict = ask(id, { ...socket, origin });
    expect(verdict).toMatchObject({ is: 'unsure', at: line(33) });
    expect(messageOf(verdict)).toContain('the list is remote');
  });

  test('a door on which nothing could be tried is a doubt', () => {
    expect(said(id, { ...socket, origin: decision('before-accept') })).toBe('unsure');
  });
});

describe('ws-late-origin-check', () => {
  const id = 'ws-late-origin-check';

  test.each([
    ['nothing happens before the check', undefined, open, 'medium'],
    ['the client is served before the check', line(25), open, 'high'],
    ['a bearer token is required as well', line(25), bearer, 'low'],
  ])('Origin is refused after acceptance, and %s', (_case, servedBeforeCheck, credential, severity) => {
    expect(said(id, { ...socket, origin: late, servedBeforeCheck, credential })).toBe(severity);
  });

  test('the trail leads from the first service to the refusal', () => {
    const verdict = ask(id, { ...socket, origin: late, servedBeforeCheck: line(25) });
    expect(verdict).toMatchObject({ at: line(10), trail: [{ at: line(25) }, { at: line(31) }] });
  });

  test('a check before acceptance is sound, no check at all is another rule', () => {
    expect(said(id, { ...socket, origin: noStranger })).toBe('sound');
    expect(said(id, socket)).toBe('moot');
  });
});

describe('http-missing-origin-check', () => {
  const id = 'http-missing-origin-check';

  test.each([
    ['nothing', open, 'high'],
    ['a cookie', cookie, 'high'],
    ['a bearer token', bearer, 'low'],
  ])('a rebound page gets in, and the endpoint asks for %s', (_asked, credential, severity) => {
    expect(said(id, { ...endpoint, credential })).toBe(severity);
  });

  test('what a platform serves by its name is out of reach of rebinding', () => {
    const bind = { is: 'default', value: 'platform', because: 'the platform serves it' } as const;
    const verdict = ask(id, { ...endpoint, credential: open, bind });
    expect(verdict).toMatchObject({ severity: 'low' });
    expect(messageOf(verdict)).toContain('by its own name only');
    expect(said(id, { ...endpoint, credential: cookie, bind })).toBe('high');
  });

  test('it is told where the transport is made, or at the door of a hand-written one', () => {
    expect(ask(id, endpoint)).toMatchObject({ at: line(12) });
    expect(ask(id, { ...endpoint, transport: 'hand-written', transportAt: undefined })).toMatchObject({ at: line(10) });
  });

  test('a route beside MCP needs it where only a page could get in', () => {
    expect(said(id, { ...control, exposure: 'loopback' })).toBe('high');
    expect(said(id, { ...control, exposure: 'loopback', credential: bearer })).toBe('moot');
    expect(said(id, { ...control, exposure: 'network' })).toBe('moot');
  });

  test('a comparison of Origin with Host refuses strangers and still serves a rebound page', () => {
    const origin = decision('before-accept', trial('unrelated', 'refuses'), trial('rebind', 'admits', { host: 'x' }));
    const verdict = ask(id, { ...endpoint, origin });
    expect(verdict).toMatchObject({ is: 'flawed', witness: { kind: 'rebind' } });
    expect(messageOf(verdict)).toContain('but not when Host carries the same name');
  });

  test('a check of Host alone defeats rebinding', () => {
    const origin = decision(
      'before-accept',
      trial('unrelated', 'admits'),
      trial('rebind', 'refuses', { at: line(30) }),
    );
    expect(ask(id, { ...endpoint, origin })).toEqual({ is: 'sound', thanksTo: line(30) });
  });

  test('where only an absent Origin gets in, origin-null-accepted says so', () => {
    const trials = [...noStranger.trials, trial('rebind-absent', 'admits', { origin: null })];
    expect(said(id, { ...endpoint, origin: decision('before-accept', ...trials) })).toBe('sound');
  });

  test('what could not be followed is a doubt', () => {
    expect(said(id, { ...endpoint, origin: decision('before-accept', trial('rebind', 'unclear')) })).toBe('unsure');
  });
});

describe.each([
  ['origin-substring-match', 'substring'],
  ['origin-unanchored-regex', 'regex'],
] as const)('%s', (id, kind) => {
  const weak: OriginTest = { ...originTest, test: kind };

  test('a foreign name gets in: high, or low behind a secret that no page knows', () => {
    expect(said(id, weak)).toBe('high');
    expect(said(id, { ...weak, credential: cookie })).toBe('high');
    expect(said(id, { ...weak, credential: bearer })).toBe('low');
  });

  test('the message shows the test and the origin that passes it', () => {
    const verdict = ask(id, weak);
    expect(messageOf(verdict)).toContain("`origin.endsWith('myapp.com')`");
    expect(messageOf(verdict)).toContain('https://evilmyapp.com, a name that anyone may register');
  });

  test('on a shared suffix it says that anyone may take a name', () => {
    const witness = trial('tenant', 'admits', { origin: 'https://anyone.vercel.app' });
    expect(messageOf(ask(id, { ...weak, witness }))).toContain(
      'https://anyone.vercel.app, where anyone may take a name',
    );
  });

  test('without a witness it is sound, undecided it is a doubt, and other tests are moot', () => {
    expect(ask(id, { ...weak, witness: undefined })).toEqual({ is: 'sound', thanksTo: line(70) });
    expect(said(id, { ...weak, unclear: 'the pattern looks behind' })).toBe('unsure');
    expect(said(id, { ...weak, test: 'exact' })).toBe('moot');
  });
});

describe('origin-null-accepted', () => {
  const id = 'origin-null-accepted';
  const admitsNull: OriginTest = { ...originTest, test: 'null', witness: trial('null', 'admits', { origin: 'null' }) };
  const admitsAbsent: OriginTest = {
    ...originTest,
    test: 'absent',
    witness: trial('absent', 'admits', { origin: null }),
  };

  test('`null` is within the reach of every page, a missing Origin is not', () => {
    expect(said(id, admitsNull)).toBe('high');
    expect(said(id, admitsAbsent)).toBe('medium');
  });

  test('a browser always sends an Origin with a handshake: what is left are programs', () => {
    const verdict = ask(id, { ...admitsAbsent, isOfSockets: true });
    expect(verdict).toMatchObject({ severity: 'low' });
    expect(messageOf(verdict)).not.toContain('rebound');
    expect(said(id, { ...admitsNull, isOfSockets: true })).toBe('high');
  });

  test('a cookie does not help, a secret makes it moot', () => {
    expect(said(id, { ...admitsNull, credential: cookie })).toBe('high');
    expect(said(id, { ...admitsNull, credential: bearer })).toBe('moot');
  });

  test('a test that refuses is sound, an undecided one a doubt, a comparison with a name moot', () => {
    expect(said(id, { ...admitsNull, witness: undefined })).toBe('sound');
    expect(said(id, { ...admitsNull, unclear: 'the list comes from a database' })).toBe('unsure');
    expect(said(id, originTest)).toBe('moot');
  });
});

describe('cors-permissive', () => {
  const id = 'cors-permissive';
  const withCredentials: CorsPolicy['credentials'] = { is: 'set', value: true, at: line(6) };
  const unreadCredentials: CorsPolicy['credentials'] = { is: 'unclear', at: line(6), why: 'it comes from a file' };
  const witness = trial('unrelated', 'admits');

  test.each([
    ['open', open, 'high', 'medium', 'medium'],
    ['asking for a cookie', cookie, 'high', 'low', 'moot'],
    ['asking for a bearer token', bearer, 'low', 'low', 'moot'],
    ['not to be read', unread, 'high', 'low', 'unsure'],
  ] as const)(
    'reflection and * with credentials, and * without, on a door %s',
    (_door, credential, reflected, any, bare) => {
      expect(said(id, { ...cors, allows: 'reflects', witness, credentials: withCredentials, credential })).toBe(
        reflected,
      );
      expect(said(id, { ...cors, credentials: withCredentials, credential })).toBe(any);
      expect(said(id, { ...cors, credential })).toBe(bare);
    },
  );

  test('a reflection without credentials gives a page no more than *', () => {
    expect(said(id, { ...cors, allows: 'reflects', witness })).toBe('medium');
  });

  test('a list is sound unless a foreign origin is on it', () => {
    expect(said(id, { ...cors, allows: 'list' })).toBe('sound');
    expect(said(id, { ...cors, allows: 'list', witness, credentials: withCredentials })).toBe('high');
  });

  test('what nobody is harmed by is moot', () => {
    expect(said(id, { ...cors, covers: 'metadata' })).toBe('moot');
    expect(said(id, { ...cors, covers: 'handshake' })).toBe('moot');
    expect(said(id, { ...cors, optIn: true })).toBe('moot');
  });

  test('doubts: an unread policy, and unread credentials where a cookie decides', () => {
    expect(said(id, { ...cors, allows: 'unclear' })).toBe('unsure');
    expect(said(id, { ...cors, credentials: unreadCredentials, credential: cookie })).toBe('unsure');
    expect(said(id, { ...cors, credentials: unreadCredentials })).toBe('medium');
  });

  test('a policy whose reach is unclear is told with less confidence', () => {
    expect(ask(id, { ...cors, covers: 'unclear' })).toMatchObject({ confidence: 'medium' });
  });
});

describe('ws-missing-auth', () => {
  const id = 'ws-missing-auth';

  test('medium only where Origin keeps pages out and loopback keeps other machines out', () => {
    expect(said(id, socket)).toBe('high');
    expect(said(id, { ...socket, exposure: 'loopback' })).toBe('high');
    expect(said(id, { ...socket, origin: noStranger })).toBe('high');
    expect(said(id, { ...socket, exposure: 'loopback', origin: noStranger })).toBe('medium');
  });

  test('an Origin check that lets a page in does not count', () => {
    const leaky = decision('before-accept', ...noStranger.trials, trial('null', 'admits', { origin: 'null' }));
    const lenient = decision('before-accept', ...noStranger.trials, trial('absent', 'admits', { origin: null }));
    expect(said(id, { ...socket, exposure: 'loopback', origin: leaky })).toBe('high');
    expect(said(id, { ...socket, exposure: 'loopback', origin: late })).toBe('high');
    expect(said(id, { ...socket, exposure: 'loopback', origin: lenient })).toBe('medium');
  });

  test('a cookie is a credential, an unread check a doubt', () => {
    expect(ask(id, { ...socket, credential: cookie })).toEqual({ is: 'sound', thanksTo: line(40) });
    expect(said(id, { ...socket, credential: unread })).toBe('unsure');
  });

  test('the message says under which configuration the flaw vanishes', () => {
    expect(messageOf(ask(id, { ...socket, credential: openByDefault }))).toContain('(unless MCP_TOKEN is set)');
  });
});

describe('sse-missing-auth and http-missing-auth', () => {
  test.each([
    ['sse-missing-auth', { ...endpoint, transport: 'sse' } as McpEndpoint],
    ['sse-missing-auth', stream],
    ['http-missing-auth', endpoint],
    ['http-missing-auth', { ...endpoint, transport: 'hand-written' } as McpEndpoint],
    ['http-missing-auth', control],
  ])('%s grades an open door by who can reach it, at its route', (id, subject) => {
    expect(ask(id, subject)).toMatchObject({ severity: 'high', confidence: 'high', at: line(8) });
    expect(ask(id, { ...subject, exposure: 'loopback' })).toMatchObject({ severity: 'medium', confidence: 'high' });
    expect(ask(id, { ...subject, exposure: 'unclear' })).toMatchObject({ severity: 'high', confidence: 'medium' });
    expect(ask(id, { ...subject, credential: bearer })).toEqual({ is: 'sound', thanksTo: line(41) });
    expect(ask(id, { ...subject, credential: unread })).toMatchObject({ is: 'unsure', at: line(42) });
  });

  test.each([
    ['streamable-http', 'moot', 'high'],
    ['hand-written', 'moot', 'high'],
    ['sse', 'high', 'moot'],
    ['sse-post', 'moot', 'moot'],
  ] as const)('an open %s endpoint is told once', (transport, sse, http) => {
    expect(said('sse-missing-auth', { ...endpoint, transport })).toBe(sse);
    expect(said('http-missing-auth', { ...endpoint, transport })).toBe(http);
  });

  test('what is open beside MCP on one server is one flaw', () => {
    expect(ask('http-missing-auth', control)).toMatchObject({ cause: line(5), trail: [{ at: line(44) }] });
    expect(ask('http-missing-auth', { ...control, server: undefined })).not.toHaveProperty('cause');
  });

  test('an answer in pieces is no stream that is kept open', () => {
    expect(said('sse-missing-auth', { ...stream, life: 'one-answer' })).toBe('moot');
    expect(said('sse-missing-auth', { ...stream, life: 'unclear' })).toBe('unsure');
  });

  test('a door without a known route is told where it stands', () => {
    expect(ask('http-missing-auth', { ...endpoint, wayIn: undefined })).toMatchObject({ at: line(10) });
  });
});

describe('token-in-query', () => {
  const id = 'token-in-query';

  test.each([
    ['server-read', false, 'medium'],
    ['server-read', true, 'high'],
    ['client-url', false, 'medium'],
    ['outbound-api', false, 'info'],
  ] as const)('%s, on a stream: %s', (variant, onStream, severity) => {
    expect(said(id, { ...token, variant, onStream })).toBe(severity);
  });

  test('a ticket that is deleted when used is sound, thanks to the deletion', () => {
    expect(ask(id, { ...token, singleUse: line(63) })).toEqual({ is: 'sound', thanksTo: line(63) });
  });
});

describe('ws-missing-max-payload', () => {
  const id = 'ws-missing-max-payload';
  const MiB = 1024 ** 2;
  const set = (value: number): WebSocketServer => ({ ...socket, maxPayload: { is: 'set', value, at: line(11) } });
  const silent = (value: number): WebSocketServer => ({
    ...socket,
    maxPayload: { is: 'default', value, because: 'the library says so' },
  });
  const fixed = (value: number): WebSocketServer => ({
    ...socket,
    maxPayload: { is: 'default', value, because: 'the library says so', fixed: true },
  });

  test.each([
    ['1 MiB, set', set(MiB), 'sound'],
    ['16 MiB, set', set(16 * MiB), 'sound'],
    ['16 MiB, as Bun has it by default', silent(16 * MiB), 'low'],
    ['64 MiB, set', set(64 * MiB), 'sound'],
    ['65 MiB, set', set(65 * MiB), 'low'],
    ['64 MiB, as Deno has it whatever is set', fixed(64 * MiB), 'moot'],
    ['100 MiB, set', set(100 * MiB), 'medium'],
    ['100 MiB, as ws has it by default', silent(100 * MiB), 'medium'],
    ['zero, which means no limit', set(0), 'medium'],
    ['no limit at all', silent(Number.POSITIVE_INFINITY), 'medium'],
    ['1 MB, as socket.io has it by default', silent(1e6), 'sound'],
  ])('%s', (_limit, subject, answer) => {
    expect(said(id, subject)).toBe(answer);
  });

  test('a size test of its own before the parsing is as good', () => {
    expect(ask(id, { ...socket, ownSizeLimit: line(22) })).toEqual({ is: 'sound', thanksTo: line(22) });
  });

  test('a limit that could not be read is a doubt', () => {
    const maxPayload = { is: 'unclear', at: line(11), why: 'it comes from a remote configuration' } as const;
    expect(ask(id, { ...socket, maxPayload })).toMatchObject({ is: 'unsure', at: line(11) });
  });
});

describe('sse-missing-retry', () => {
  const id = 'sse-missing-retry';

  test('a long-lived stream wants a retry field', () => {
    expect(said(id, stream)).toBe('low');
    expect(ask(id, { ...stream, retry: line(21) })).toEqual({ is: 'sound', thanksTo: line(21) });
    expect(messageOf(ask(id, stream))).toContain('2026-07-28');
  });

  test('a single answer does not, and an unclear life is a doubt', () => {
    expect(said(id, { ...stream, life: 'one-answer' })).toBe('moot');
    expect(said(id, { ...stream, life: 'unclear' })).toBe('unsure');
  });
});

describe('sse-unserialized-data', () => {
  const id = 'sse-unserialized-data';

  test.each([
    ['client', 'high', 'high'],
    ['tool', 'high', 'high'],
    ['model', 'high', 'high'],
    ['error', 'high', 'high'],
    ['unknown', 'medium', 'medium'],
    ['server', 'low', 'high'],
  ] as const)('raw text from %s', (source, severity, confidence) => {
    expect(ask(id, { ...field, source })).toMatchObject({ severity, confidence, at: line(20) });
  });

  test('safe text is sound, undecided text a doubt', () => {
    expect(said(id, { ...field, text: 'safe' })).toBe('sound');
    expect(messageOf(ask(id, { ...field, text: 'unclear' }))).toContain('the result of callTool()');
  });

  test('the message names the field', () => {
    expect(messageOf(ask(id, { ...field, field: 'event' }))).toContain('the `event:` field');
    expect(messageOf(ask(id, { ...field, field: 'frame' }))).toContain('into a frame');
  });
});

describe('bind-all-interfaces', () => {
  const id = 'bind-all-interfaces';

  test('an open server on every interface is medium, high when its tools are dangerous', () => {
    expect(said(id, listener)).toBe('medium');
    const dangerous = ask(id, { ...listener, reachesDangerousTools: line(55) });
    expect(dangerous).toMatchObject({ severity: 'high', trail: [{ at: line(55) }] });
  });

  test('the message says why the address is wide', () => {
    expect(messageOf(ask(id, listener))).toContain('names no host');
    const named = { is: 'set', value: '0.0.0.0', at: line(50) } as const;
    expect(messageOf(ask(id, { ...listener, host: named }))).toContain('listens on 0.0.0.0');
  });

  test('loopback and a required credential are sound, thanks to what makes them so', () => {
    const loopback = { host: { is: 'set', value: '127.0.0.1', at: line(51) }, exposure: 'loopback' } as const;
    expect(ask(id, { ...listener, ...loopback })).toEqual({ is: 'sound', thanksTo: line(51) });
    expect(ask(id, { ...listener, credential: bearer })).toEqual({ is: 'sound', thanksTo: line(41) });
  });

  test('a port probe is moot; an unread host, exposure or check is a doubt', () => {
    expect(said(id, { ...listener, probe: true })).toBe('moot');
    expect(said(id, { ...listener, host: { is: 'unclear', at: line(52), why: 'from a file' } })).toBe('unsure');
    expect(said(id, { ...listener, exposure: 'unclear' })).toBe('unsure');
    expect(said(id, { ...listener, credential: unread })).toBe('unsure');
  });
});
