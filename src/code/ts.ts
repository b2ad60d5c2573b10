/** The one door to the compiler: the TypeScript that ts-morph carries. */
export { ts } from 'ts-morph';
