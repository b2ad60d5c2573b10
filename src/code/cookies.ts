import type { Code, Node } from './code.js';
import { unwrap } from './module.js';
import { textsWith } from './texts.js';
import { ts } from './ts.js';

/** Where the program says that its cookies are not sent along by foreign pages: `sameSite: 'strict'`, `SameSite=Strict`. */
export function cookiesKeptHome(code: Code): Node | undefined {
  for (const module of code.modules()) {
    for (const node of module.objectProperties.get('sameSite') ?? []) {
      const value = ts.isPropertyAssignment(node) ? unwrap(node.initializer) : undefined;
      // express-session and cookie take `true` for strict: https://github.com/jshttp/cookie#samesite
      if (value && (isStrict(value) || value.kind === ts.SyntaxKind.TrueKeyword)) return node;
    }
    const [written] = /samesite=strict/i.test(module.source.text) ? textsWith(module, /samesite=strict/gi) : [];
    if (written) return written;
  }
  return undefined;
}

function isStrict(value: ts.Expression): boolean {
  return ts.isStringLiteralLike(value) && /^strict$/i.test(value.text);
}
