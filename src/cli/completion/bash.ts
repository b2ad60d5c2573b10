import type { Choice, CommandWords } from './words.js';

/**
 * A function for bash's `complete`; zsh runs it as well, through its bashcompinit. It walks the words to find which
 * command is being typed, stepping over the values of options, and then offers what can follow.
 */
export function bashCompletion(commands: readonly CommandWords[]): string {
  return `# Completes mcp-audit. For this shell: source <(mcp-audit completion bash), or zsh in the place of bash.
_mcp_audit() {
  local word=\${COMP_WORDS[COMP_CWORD]} before='' path='' i=1 each
  COMPREPLY=()
  while [ "$i" -lt "$COMP_CWORD" ]; do
    each=\${COMP_WORDS[i]}
    i=$((i + 1))
    # Bash takes --format=json for three words.
    [ "$each" = '=' ] && continue
    case "$path:$before" in
${valueOptions(commands)}
    esac
    case "$path/$each" in
${steps(commands)}
    esac
    before=$each
  done
  [ "$word" = '=' ] && word=''
  case "$path:$before" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$path" in
${commands.map(commandCase).join('\n')}
  esac
}
complete -o default -F _mcp_audit mcp-audit
`;
}

/** The value of an option is no command, and what stands before the next word is then neither. */
function valueOptions(commands: readonly CommandWords[]): string {
  const patterns = commands.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) => (value === undefined ? [] : flags.map(flag => quoted(`${path}:${flag}`)))),
  );
  return `      ${patterns.join(' | ')}) before=''; continue ;;`;
}

function steps(commands: readonly CommandWords[]): string {
  return commands
    .filter(({ path }) => path !== '')
    .map(({ path }) => {
      const parent = path.split(' ').slice(0, -1).join(' ');
      return `      ${quoted(`${parent}/${path.split(' ').at(-1)}`)}) path=${quoted(path)} ;;`;
    })
    .join('\n');
}

function valueCases({ path, options }: CommandWords): string[] {
  return options.flatMap(({ flags, value }) =>
    value === undefined
      ? []
      : [`    ${flags.map(flag => quoted(`${path}:${flag}`)).join(' | ')}) ${reply(value)} return ;;`],
  );
}

function commandCase({ path, options, commands, argument }: CommandWords): string {
  const flags = options.flatMap(option => option.flags.filter(flag => flag.startsWith('--')));
  const words = [...commands, ...(typeof argument === 'object' ? argument : [])];
  return `    ${quoted(path)})
      if [ "\${word#-}" != "$word" ]; then ${reply(flags)} else ${reply(words)} fi ;;`;
}

/** Where files are asked for nothing is offered: readline then completes them itself, whatever is in their names. */
function reply(choice: Choice): string {
  return choice === 'files' ? ':;' : `COMPREPLY=($(compgen -W ${quoted(choice.join(' '))} -- "$word"));`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
