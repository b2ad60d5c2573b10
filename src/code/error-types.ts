import type { Program } from './program.js';
import { ts } from './ts.js';

/** Errors of the language, of platforms and of HTTP clients: nobody wrote their messages for a client. */
const foreign =
  /^(unknown|any|object|undefined|null|(\w+\.)?(Error|TypeError|SyntaxError|RangeError|ReferenceError|URIError|EvalError|AggregateError|AxiosError|DOMException|SystemError|FetchError|ErrnoException|ErrorLike|ExecException|NativeError))$/;

/** Whether a class of this name is foreign: `NodeJS.ErrnoException`, `AxiosError<T>`. */
export function isForeignError(name: string): boolean {
  return foreign.test(name.replace(/<.*$/s, ''));
}

/** Whether a declared type leaves room for errors that the program did not write itself. */
export function plainErrorType(program: Program, type: ts.TypeNode): boolean {
  if (ts.isUnionTypeNode(type)) return type.types.some(each => plainErrorType(program, each));
  if (ts.isParenthesizedTypeNode(type)) return plainErrorType(program, type.type);
  if (ts.isIntersectionTypeNode(type)) return type.types.some(each => plainErrorType(program, each));
  // `err: Error & { status?: number }` and `error: { message?: string; stack?: string }` are guesses at what is caught.
  if (ts.isTypeLiteralNode(type)) return /\bstack\b/.test(type.getText());
  return isForeignError(type.getText());
}
