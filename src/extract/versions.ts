import type { Code, Node } from '../code/code.js';

/**
 * The version of a library that a file's package has installed, else the lowest that it asks for; undefined when it is
 * not said. Packages inherit what the folders above them declare.
 */
export function versionOf(code: Code, library: string, node: Node): readonly number[] | undefined {
  const { file } = code.at(node);
  const near = code.tree.packages
    .filter(({ folder }) => folder === '.' || file.startsWith(`${folder}/`))
    .toSorted((a, b) => b.folder.length - a.folder.length);
  for (const { dependencies } of near) {
    const found = dependencies[library];
    const numbers = found && /(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(found.resolved ?? found.range);
    if (numbers) return numbers.slice(1).map(part => Number(part ?? 0));
  }
  return undefined;
}

/** Whether a library is surely older than a version; what is not said is taken for the newest. */
export function isOlder(
  code: Code,
  library: string,
  node: Node,
  [major, minor = 0, patch = 0]: readonly [number, number?, number?],
): boolean {
  const version = versionOf(code, library, node);
  if (!version) return false;
  const [a = 0, b = 0, c = 0] = version;
  return a < major || (a === major && (b < minor || (b === minor && c < patch)));
}
