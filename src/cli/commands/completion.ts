import { commandLine } from '../command-line.js';
import { bashCompletion } from '../completion/bash.js';
import { fishCompletion } from '../completion/fish.js';
import { wordsOf } from '../completion/words.js';
import { type ExitCode, exitCodes } from '../exit.js';
import type { Loaders } from '../loaders.js';
import type { Machine } from '../main.js';
import type { CompletionRequest } from '../request.js';

/** Prints a shell's completion, made from the definitions of the command line itself and the rules there are. */
export function showCompletion({ shell }: CompletionRequest, machine: Machine, load: Loaders): ExitCode {
  const ruleIds = load.catalogue().rules.map(({ id }) => id);
  const words = wordsOf(
    commandLine(() => {}),
    ruleIds,
  );
  const texts = {
    bash: () => bashCompletion(words),
    zsh: () => `autoload -U +X bashcompinit && bashcompinit\n${bashCompletion(words)}`,
    fish: () => fishCompletion(words),
  };
  machine.out(texts[shell]());
  return exitCodes.clean;
}
