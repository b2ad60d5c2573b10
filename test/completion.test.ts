import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { commandLine } from '../src/cli/command-line.js';
import { bashCompletion } from '../src/cli/completion/bash.js';
import { fishCompletion } from '../src/cli/completion/fish.js';
import { wordsOf } from '../src/cli/completion/words.js';
import { formats } from '../src/cli/request.js';

const ruleIds = rules.map(({ id }) => id);
const words = wordsOf(
  commandLine(() => {}),
  ruleIds,
);
const folder = mkdtempSync(join(tmpdir(), 'mcp-audit-'));
const script = join(folder, 'completion.bash');
writeFileSync(script, bashCompletion(words));
afterAll(() => rmSync(folder, { recursive: true }));

describe("bash's own completion", () => {
  it.each<[string, string[], readonly string[]]>([
    ['commands', [''], words.flatMap(({ path }) => (/^[^ ]+$/.test(path) ? [path] : []))],
    ['the start of a command', ['ex'], ['explain']],
    ['a command below another', ['baseline', ''], ['update']],
    ['an option', ['--min-s'], ['--min-severity']],
    ["a command's option", ['badge', '--fr'], ['--from']],
    ['no option of another command', ['rules', '--fail'], []],
    ['what an option chooses from', ['--format', ''], formats],
    ["a command's own choices for it", ['badge', '--format', 's'], ['svg', 'shields']],
    ['by its short name', ['-f', 'j'], ['json', 'junit']],
    ['behind an equals sign', ['--format', '=', 'sa'], ['sarif']],
    ['rules', ['explain', 'ws-missing-origin'], ['ws-missing-origin-check']],
    ['rules to an option', ['--skip', 'ws-missing-origin'], ['ws-missing-origin-check']],
    ['shells', ['completion', ''], ['bash', 'zsh', 'fish']],
    ['files, which readline knows better', ['--output', ''], []],
    ['nothing of a command that is the value of an option', ['--output', 'rules', '--fail-'], ['--fail-on']],
  ])('offers %s: %j', (_, typed, offered) => {
    expect(offeredBy(['mcp-audit', ...typed])).toEqual(offered);
  });
});

it('knows every option of every command in fish as well', () => {
  const text = fishCompletion(words);
  for (const { flags } of words.flatMap(({ options }) => options))
    for (const flag of flags.filter(each => each.startsWith('--'))) expect(text).toContain(` -l ${flag.slice(2)} `);
});

/** What bash offers for the last of these words. */
function offeredBy(typed: readonly string[]): string[] {
  const run = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mcp_audit; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['--norc', '-uc', run, 'bash', script, ...typed], { encoding: 'utf8' });
  return out.split('\n').filter(line => line !== '');
}
