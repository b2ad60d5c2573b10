import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isInside } from '../discover/paths.js';
import { obstacleOf, type Reading, readText } from '../discover/read.js';

/** Where a configuration is looked for, in this order, in every folder. */
export const configNames = ['mcp-audit.config.json', 'mcp-audit.config.jsonc'] as const;
/** The key of package.json that may hold one instead. */
export const manifestKey = 'mcp-audit';
/** The baseline that is used without being asked for, in the audited folder or above. */
export const baselineName = 'mcp-audit.baseline.json';

/** The file of the nearest configuration at or above a folder, inside its git repository. */
export function findConfigFile(from: string): string | undefined {
  return nearest(from, configFileIn);
}

/** The file in this very folder that holds a configuration. */
export function configFileIn(folder: string): string | undefined {
  const file = configNames.map(name => join(folder, name)).find(isThere);
  const manifest = join(folder, 'package.json');
  return file ?? (hasKey(manifest) ? manifest : undefined);
}

/** The nearest baseline at or above a folder, inside its git repository. */
export function findBaselineFile(from: string): string | undefined {
  return nearest(from, folder => {
    const file = join(folder, baselineName);
    return isThere(file) ? file : undefined;
  });
}

/** The top of the git repository that a folder lies in, else the folder itself. */
export function projectTop(from: string): string {
  return nearest(from, folder => (existsSync(join(folder, '.git')) ? folder : undefined)) ?? resolve(from);
}

function nearest(from: string, look: (folder: string) => string | undefined): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = look(folder);
    if (found !== undefined) return found;
    if (folder === dirname(folder) || existsSync(join(folder, '.git'))) return undefined;
  }
}

/** Also a link that leads nowhere: what is passed over in silence could be meant. */
function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** Bytes; a baseline of ten thousand findings is far smaller. */
export const largest = 16_000_000;

/** A file that the tool came upon by itself: a regular one, and no link leads it out of the project. */
export function readInProject(file: string): Reading {
  try {
    const real = realpathSync.native(file);
    const isOut = !isInside(realpathSync.native(projectTop(dirname(file))), real);
    if (isOut) return { is: 'unreadable', why: 'a link that leads out of the project' };
    return readText(real, largest) ?? { is: 'unreadable', why: 'a link' };
  } catch (error) {
    return obstacleOf(error);
  }
}

/** Whether a package.json speaks of the tool as a key; what the key holds is for others to read. */
function hasKey(manifest: string): boolean {
  const reading = isThere(manifest) ? readInProject(manifest) : undefined;
  if (reading?.is !== 'text' || !reading.text.includes(`"${manifestKey}"`)) return false;
  try {
    return Object.hasOwn(JSON.parse(reading.text), manifestKey);
  } catch {
    return false;
  }
}
