import { describe, expect, it, test } from 'vitest';
import {
  hasSameOwner,
  hostLiterals,
  isAttackers,
  isOwnSubdomainOf,
  isRegistrable,
  worldsOf,
} from '../src/code/candidates.js';
import { oddWorlds } from '../src/code/odd-origins.js';

/** `kind origin`, or `kind origin @ host` where the Host is not the server's own. */
const shown = (trusted: readonly string[]) =>
  worldsOf(trusted, 3000).map(({ kind, origin, host }) => {
    return `${kind} ${origin ?? '-'}${host === 'localhost:3000' ? '' : ` @ ${host}`}`;
  });

/** What one trusted text adds to the strangers. */
const around = (text: string) => shown([text]).slice(shown([]).length);

describe('worldsOf', () => {
  it('tries strangers on every door', () => {
    expect(shown([])).toEqual([
      'unrelated https://attacker.example',
      'null null',
      'absent -',
      'loopback http://localhost:3000',
      'rebind http://attacker.example:3000 @ attacker.example:3000',
      'rebind-absent - @ attacker.example:3000',
    ]);
  });

  test.each([
    [
      'https://myapp.com',
      [
        'trusted https://myapp.com',
        'suffixed https://myapp.com.attacker.example',
        'prefixed https://evilmyapp.com',
        'trusted https://myapp.com @ myapp.com',
      ],
    ],
    // endsWith('.myapp.com') is sound, includes('.myapp.com') is not: the name below it must have its dot
    [
      '*.myapp.com',
      [
        'trusted https://app.myapp.com',
        'suffixed https://app.myapp.com.attacker.example',
        'prefixed https://evilmyapp.com',
        'trusted https://app.myapp.com @ app.myapp.com',
      ],
    ],
    // evilapp.myapp.com would be the owner's
    [
      'wss://app.myapp.com:8443',
      [
        'trusted https://app.myapp.com:8443',
        'suffixed https://app.myapp.com.attacker.example:8443',
        'trusted https://app.myapp.com:8443 @ app.myapp.com:8443',
      ],
    ],
    // anybody may have a name below a public suffix
    [
      '.vercel.app',
      [
        'tenant https://attacker.vercel.app',
        'suffixed https://app.vercel.app.attacker.example',
        'prefixed https://evilvercel.app',
      ],
    ],
    [
      'my-app.vercel.app',
      [
        'trusted https://my-app.vercel.app',
        'suffixed https://my-app.vercel.app.attacker.example',
        'prefixed https://evilmy-app.vercel.app',
        'trusted https://my-app.vercel.app @ my-app.vercel.app',
      ],
    ],
    [
      'http://localhost',
      [
        'trusted http://localhost',
        'suffixed http://localhost.attacker.example',
        'trusted http://localhost @ localhost',
      ],
    ],
    ['http://localhost:', ['suffixed http://localhost.attacker.example:3000']], // localhost:3000 is among the strangers
    ['http://[::1]:8080', ['trusted http://[::1]:8080', 'trusted http://[::1]:8080 @ [::1]:8080']],
    ['::1', ['trusted http://[::1]', 'trusted http://[::1] @ [::1]']],
    ['chrome-extension://', ['trusted chrome-extension://abcdefghijklmnopabcdefghijklmnop']],
    ['vscode-webview://panel', ['trusted vscode-webview://panel']],
    ['not a host', []],
  ])('adds what comes close to %s', (text, worlds) => {
    expect(around(text)).toEqual(worlds);
  });

  it('has no request twice, whatever the source repeats', () => {
    const trusted = ['https://myapp.com', 'myapp.com', 'https://myapp.com', 'http://localhost:3000'];
    const requests = worldsOf(trusted).map(({ origin, host }) => JSON.stringify([origin, host]));
    expect(requests).toEqual([...new Set(requests)]);
  });

  it('keeps to hosts that an attacker can imitate when there are too many', () => {
    const local = Array.from({ length: 20 }, (_, n) => `http://localhost:${4000 + n}`);
    const origins = worldsOf([...local, 'https://myapp.com']).map(({ origin }) => origin);
    expect(origins).toContain('https://evilmyapp.com');
    expect(origins.length).toBeLessThan(40);
  });

  it('marks whatever the attacker sends', () => {
    const attackers = ['unrelated', 'rebind', 'prefixed', 'suffixed', 'tenant'];
    for (const { kind, origin } of worldsOf(['https://myapp.com', '.vercel.app', 'localhost'])) {
      if (origin !== null && origin !== 'null')
        expect([kind, isAttackers(origin)]).toEqual([kind, attackers.includes(kind)]);
    }
  });
});

describe('oddWorlds', () => {
  it('adds strangers without a name, programs, and what is close to a trusted origin without being foreign', () => {
    expect(oddWorlds(['https://my-app.vercel.app', 'acme.dev']).map(({ kind, origin }) => `${kind} ${origin}`)).toEqual(
      [
        'unrelated http://203.0.113.7',
        'program chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba',
        'program file://',
        'program vscode-webview://0a1b2c3d-attacker',
        'prefixed https://xn--evilmy-pp-6yh.vercel.app',
        'prefixed https://attacker.vercel.app',
        'variant http://my-app.vercel.app',
        'variant https://my-app.vercel.app:8443',
        'variant https://my-app.vercel.app.',
        'variant https://MY-APP.VERCEL.APP',
      ],
    );
  });
});

describe('isAttackers', () => {
  it('survives what a gate does to an origin', () => {
    const { hostname } = new URL('https://myapp.com.attacker.example:3000');
    expect(isAttackers(hostname)).toBe(true);
    expect(isAttackers(hostname.split('.').slice(-2).join('.').toUpperCase())).toBe(true);
    expect(isAttackers('http://203.0.113.7')).toBe(true);
    expect(isAttackers('https://myapp.com')).toBe(false);
  });
});

describe('hostLiterals', () => {
  test.each([
    'https://myapp.com',
    'http://myapp.com:8080/',
    'wss://api.myapp.co.uk',
    'myapp.com',
    '.myapp.com',
    '*.myapp.com',
    'https://*.myapp.com',
    '.vercel.app',
    'https://myapp.md',
    'localhost',
    'localhost:3000',
    'http://localhost:',
    'http://localhost:*',
    'app.localhost',
    '127.0.0.1',
    '[::1]',
    '::1',
    'http://192.168.1.5:8080',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'chrome-extension://',
    'vscode-webview://',
    'file://',
  ])('finds %s', text => {
    expect(hostLiterals(text)).toEqual([text]);
  });

  test.each([
    '',
    'tokens.json',
    'x.log',
    'index.ts',
    'server.py',
    'README.md',
    '1.2.3.4',
    'com',
    '.com',
    '.env',
    'origin',
    'http://',
    'https://myapp.com/docs/security', // a page, not an origin
    'postgres://db.myapp.com',
    'data:text/html',
    'Origin not allowed',
    'notifications/message',
  ])('passes over %j', text => {
    expect(hostLiterals(text)).toEqual([]);
  });

  it('finds each host of a list', () => {
    expect(hostLiterals('https://a.com, https://b.com,app.log')).toEqual(['https://a.com', 'https://b.com']);
  });
});

test.each([
  ['https://myapp.com', true],
  ['http://evilmyapp.com:3000', true],
  ['evilmyapp.com:3000', true],
  ['https://attacker.example', true], // reserved, and ours
  ['https://myapp.com.attacker.example', true],
  ['https://attacker.vercel.app', true],
  ['http://203.0.113.7', true],
  ['https://vercel.app', false], // a public suffix
  ['https://co.uk', false],
  ['https://myapp0com', false],
  ['https://evil.internal', false],
  ['http://evillocalhost', false],
  ['http://127.0.0.1', false],
  ['http://127x0.0.1', false],
  ['chrome-extension://myapp.com', false],
  ['null', false],
])('isRegistrable(%s) is %s', (origin, answer) => {
  expect(isRegistrable(origin)).toBe(answer);
});

test.each([
  ['https://myapp.com', 'myapp.com', true],
  ['https://app.myapp.com:3000', 'https://myapp.com', true],
  ['https://app.myapp.com', '*.myapp.com', true],
  ['https://evilmyapp.com', 'myapp.com', false],
  ['https://myapp.com.attacker.example', 'myapp.com', false],
  ['https://attacker.vercel.app', '.vercel.app', false], // nobody owns vercel.app in this sense
  ['https://pr-1.my-app.vercel.app', 'my-app.vercel.app', true],
  ['http://localhost:3000', 'localhost', true],
  ['null', 'myapp.com', false],
])('isOwnSubdomainOf(%s, %s) is %s', (origin, trusted, answer) => {
  expect(isOwnSubdomainOf(origin, trusted)).toBe(answer);
});

test.each([
  ['https://app.myapp.com', 'www.myapp.com', true],
  ['https://attacker.vercel.app', 'my-app.vercel.app', false],
  ['localhost', 'localhost', false],
])('hasSameOwner(%s, %s) is %s', (a, b, answer) => {
  expect(hasSameOwner(a, b)).toBe(answer);
});
