import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { projectTop } from '../config/find.js';
import { isInside } from '../discover/paths.js';
import { type Mistake, mistake } from './mistake.js';

/** A git repository that may be a stranger's, asked so that nothing of it runs. */
export interface Repository {
  /** Its work tree: a real path. */
  readonly top: string;
  /**
   * What a git command answers, split at NULs. Only for commands that compare trees and the index: whatever looks at the
   * work tree runs the filters that the repository's configuration names.
   * @throws Mistake when git refuses.
   */
  ask(command: string, ...args: readonly string[]): readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The repository around a folder. This is the only place that runs git.
 * @throws Mistake when there is none, or no git.
 */
export function repositoryAround(folder: string, env: Environment): Repository {
  const top = realpathSync.native(projectTop(folder));
  if (!existsSync(join(top, '.git'))) throw mistake(`${folder} is in no git repository.`);
  const path = trustedPath(env.PATH, top);
  const git = path.map(each => join(each, process.platform === 'win32' ? 'git.exe' : 'git')).find(isExecutable);
  if (git === undefined) throw mistake('there is no git in PATH.');
  const bare: Environment = { ...kept(env), ...guarded, GIT_WORK_TREE: top, PATH: path.join(delimiter) };
  const ask = (environment: Environment, command: string, ...args: readonly string[]) =>
    answer(git, ['-C', top, ...harmless, command, ...args], command, environment, top);
  const index = ownIndex(env, top, () => ask(bare, 'rev-parse', '--absolute-git-dir')[0]!.trimEnd());
  return { top, ask: (command, ...args) => ask({ ...bare, ...index }, command, ...args) };
}

/**
 * No monitor, hook, pager or list of ignored files that the repository's configuration names, and no lock that an
 * interrupted run could leave. https://git-scm.com/docs/git-config
 */
const harmless = [
  '--no-pager',
  '--no-optional-locks',
  ...[
    'core.fsmonitor=',
    'core.hooksPath=/dev/null',
    'core.excludesFile=/dev/null',
    'core.attributesFile=/dev/null',
    // A folder with the shape of a bare repository, configuration included, may be any commit's.
    'safe.bareRepository=explicit',
  ].flatMap(setting => ['-c', setting]),
];

/**
 * What a partial clone leaves out would be fetched, by any program that its configuration names. Before git 2.44 only the
 * list of protocols keeps it from that; it wins over all configuration. https://git-scm.com/docs/git
 */
const guarded = {
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

/** Milliseconds; a pipe in the place of a file keeps git waiting for ever. */
const patience = 60_000;

/** The user's own configuration stays, `safe.directory` with it; what points git elsewhere goes. */
function kept(env: Environment): Environment {
  const own = /^GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|PARAMETERS|KEY_\d+|VALUE_\d+)|EXEC_PATH)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || own.test(name)));
}

/** `git commit <file>` has its hooks look at an index of its own: it counts if it is this repository's. */
function ownIndex({ GIT_INDEX_FILE: file }: Environment, top: string, gitFolder: () => string): Environment {
  return file !== undefined && isInside(gitFolder(), resolve(top, file)) ? { GIT_INDEX_FILE: resolve(top, file) } : {};
}

/** The folders of PATH that are not the repository's own: npm puts its `node_modules/.bin` in front. */
function trustedPath(path = '', top: string): readonly string[] {
  return path.split(delimiter).filter(folder => isAbsolute(folder) && existsSync(folder) && !isOf(top, folder));
}

function isOf(top: string, folder: string): boolean {
  return isInside(top, realpathSync.native(folder)) || /[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function answer(
  git: string,
  args: readonly string[],
  command: string,
  env: Environment,
  top: string,
): readonly string[] {
  const { stdout, stderr, error, status } = spawnSync(git, args, {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 256 * 1024 ** 2,
    timeout: patience,
    killSignal: 'SIGKILL',
  });
  if (error) throw mistake(`git ${command} ${obstacleOf(error)}.`);
  if (status !== 0) throw refusal(command, stderr, top);
  return stdout.split('\0').filter(each => each !== '');
}

function obstacleOf(error: NodeJS.ErrnoException): string {
  return error.code === 'ETIMEDOUT' ? `gave no answer for ${patience / 1000} seconds` : `failed: ${error.message}`;
}

function refusal(command: string, complaint: string, top: string): Mistake {
  if (/dubious ownership|unsafe repository/.test(complaint)) {
    return mistake(
      `git reads no repository of another user's, such as ${top}. If you trust it: git config --global --add safe.directory ${top}`,
    );
  }
  if (/promisor|not allowed|lazy fetch/.test(complaint))
    return mistake(
      `git ${command} lacks objects of a partial clone, and nothing is fetched for an audit: run git fetch --refetch.`,
    );
  const [first = ''] = complaint.trim().split('\n');
  return mistake(`git ${command}: ${first.replace(/^(fatal|error): /, '') || 'no reason given'}.`);
}
