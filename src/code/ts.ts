/** The one door to the compiler: the TypeScript that ts-morph carries. */
export { ts } from 'ts-morph';

/**
 * Makes sure the compiler is there. Called before the first parse: in the bundle it is loaded here and not before,
 * so that a tree without a server never waits for it (scripts/build.mjs puts its own file in this one's place).
 */
export function loadCompiler(): void {}
