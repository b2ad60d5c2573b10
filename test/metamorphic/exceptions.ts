/** Servers of which something else is said once they are rewritten: a weakness each. One that is cured fails its test, and goes. */
export const exceptions: Readonly<Record<string, readonly string[]>> = {
  // A name is evidence where nothing else is: of a credential, an id for the log, an option of a configuration.
  renamed: [
    'rules/error-detail-leak/safe/errors-with-a-status.ts',
    'rules/http-missing-auth/vulnerable/ternary-ends-in-pass-through.ts',
    'rules/plaintext-transport/vulnerable/example.ts',
    'rules/session-id-insecure/safe/named-for-the-log.ts',
    'rules/ws-missing-auth/vulnerable/open-until-token-is-set.ts',
    'frameworks/next/vercel-function',
  ],
  // The others have not been looked into.
  'stripped of types': ['frameworks/xmcp/own-middleware-that-refuses-origins'],
  'compiled to CommonJS': ['frameworks/oauth-provider/table-behind-a-worker'],
  'helpers moved': ['frameworks/offered-handlers/trap-program-has-no-use-for-it'],
  'arguments named': [
    'rules/sse-missing-close-cleanup/safe/signal-of-the-request.ts',
    'rules/ws-missing-auth/safe/example.ts',
  ],
  'conditions named': ['rules/ws-missing-max-payload/safe/tested-by-the-helper.ts'],
};
