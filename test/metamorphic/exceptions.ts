/** Servers of which something else is said once they are rewritten: a weakness each. One that is cured fails its test, and goes. */
export const exceptions: Readonly<Record<string, readonly string[]>> = {
  // A name is evidence where nothing else is: of a credential, an id for the log, an option of a configuration.
  renamed: [
    'rules/http-missing-auth/vulnerable/middleware-open-until-token-is-set.ts',
    'rules/plaintext-transport/vulnerable/any-configured-host.ts',
  ],
  // The others have not been looked into.
  'stripped of types': ['frameworks/durable-objects/state-parameter'],
  'compiled to CommonJS': ['rules/ws-unvalidated-message/safe/own-guard.ts', 'frameworks/parties/partykit'],
  'written as CommonJS': ['frameworks/fetch-handlers/next-routes', 'frameworks/nestjs/controller'],
  'helpers moved': [
    'rules/error-detail-leak/vulnerable/kept-with-the-server-list.ts',
    'rules/ws-missing-auth/safe/example.ts',
  ],
  'conditions named': [
    'rules/error-detail-leak/safe/known-text.ts',
    'rules/ws-missing-max-payload/safe/own-test-before-parsing.ts',
  ],
  'templates as sums': ['rules/sse-unserialized-data/vulnerable/library-that-uses-its-own.ts'],
};
