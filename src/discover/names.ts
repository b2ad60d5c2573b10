import type { SkipReason } from './discovery.js';

/** What a folder's place in the tree says about the folders directly in it. */
export interface Neighbourhood {
  /** It holds a package.json, or is where the walk began. */
  readonly isPackage: boolean;
  /** Some folder above, or itself, is called `src`: nothing there is build output, whatever its name. */
  readonly belowSrc: boolean;
  /** It is, or lies in, a test folder. */
  readonly inTests: boolean;
}

const dependencies = new Set(['node_modules', 'bower_components']);
const outputs = new Set(['dist', 'build', 'out', 'coverage']);
const hiddenOutputs = new Set(['.next', '.nuxt', '.output']);
/** Routers make routes of folders: `app/.well-known/oauth-protected-resource/route.ts` is a door. */
const servedAsIs = new Set(['.well-known']);
const tests = new Set(['test', 'tests', '__tests__', 'spec', 'e2e', '__mocks__']);
/** What tests are made with: `testHelpers`, `test-servers`, `test_utils`. */
const testware = /^tests?[-_]?(helpers?|utils?|utilities|servers?|mcp-servers?|support|doubles|harness)$/i;
/** `oauthTestHelpers.ts`, `test-utils.ts` */
const testHelpers =
  /(^|[-_.])tests?[-_]?(helpers?|utils?|utilities|support|doubles|harness)\.|[a-z]Tests?(Helpers?|Utils?|Utilities|Support|Doubles|Harness)\./;
/** What stands in for another service while one develops or tests: `mocks`, `mock-upstream`; `mock-server.ts`. */
const mockFolders = /^(mocks?|mock[-_][\w-]+)$/i;
const mockFiles = /^mocks?\.|[-_.]mock\.|^mock[-_](\w+[-_])?(server|api|upstream|service|backend|provider|client)\./i;
const fixtures = new Set(['fixtures', '__fixtures__']);

/** Folders of programs beside the server. */
const sideways = new Set(['scripts', 'example', 'examples']);

/** Why a folder is left out for its name; undefined when its name says nothing against it. */
export function folderReason(name: string, parent: Neighbourhood): SkipReason | undefined {
  if (dependencies.has(name) || (name === 'vendor' && parent.isPackage)) return 'dependency';
  if (hiddenOutputs.has(name) || (outputs.has(name) && !parent.belowSrc)) return 'build-output';
  if (name.startsWith('.') && !servedAsIs.has(name)) return 'hidden';
  if (tests.has(name) || testware.test(name) || mockFolders.test(name)) return 'test';
  // `src/fixtures` may be the tool that makes fixtures; beside package.json the name can be trusted.
  if (fixtures.has(name) && (parent.isPackage || parent.inTests)) return 'fixture';
  return undefined;
}

/** Why a source file is left out for its name; undefined when its name says nothing against it. */
export function fileReason(name: string, folder: string, isBesideManifest: boolean): SkipReason | undefined {
  if (name.startsWith('.')) return 'hidden';
  if (isDeclaration(name)) return 'declaration';
  // Stories show components, with answers made up for them.
  if (/\.(test|spec|e2e|stories)\.|^e2e[-_.]/.test(name)) return 'test';
  // `src/test-runner.ts` may be the tool that runs tests; beside package.json, and among scripts, the name can be trusted.
  if (/^test[-_]/.test(name) && (isBesideManifest || sideways.has(folder))) return 'test';
  if (testHelpers.test(name) || mockFiles.test(name)) return 'test';
  if (/\.generated\./.test(name)) return 'generated';
  if (/\.min\.[cm]?js$/.test(name)) return 'minified';
  return undefined;
}

/** A file that may hold TypeScript or JavaScript, declarations included. */
export function isSource(name: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(name);
}

function isDeclaration(name: string): boolean {
  return /\.d\.[cm]?ts$/.test(name);
}
