import type { Code } from '../../code/code.js';
import { type LogCallSite, logCallsIn } from '../../code/logs.js';
import { isPageScript } from '../../code/session-places.js';
import { TextFlow } from '../../code/text-flow.js';
import { credentials } from '../../code/text-lenses.js';
import { comparePlaces, type LogCall } from '../../facts/index.js';
import type { Idiom } from '../idiom.js';
import { meaningOf } from './credential-words.js';

/** Credentials that are written to logs. */
export const logCalls: Idiom = {
  id: 'log-calls',
  words: [],
  read({ code }) {
    const flow = new TextFlow(code, credentials(isSecret));
    // https://getpino.io/#/docs/redaction
    const redacts = code.modules().some(module => module.objectProperties.has('redact'));
    return code.modules().flatMap(module => {
      // What the pages of an extension write is read in the browser of their user.
      if (!mentions.test(module.source.text) || isPageScript(code, module)) return [];
      const found = logCallsIn(code, module).flatMap(site =>
        redacts && !site.isConsole ? [] : logged(code, flow, site),
      );
      return together(found.filter(({ what }) => what === 'headers')).concat(
        together(found.filter(({ what }) => what === 'credential')),
      );
    });
  },
};

/** Most files have neither a credential nor headers to log. */
const mentions = /token|secret|passw|passphrase|api_?key|authorization|\bheaders\b|bearer|jwt|credential/i;
/** What is said about a credential, and numbers of tickets. */
const about =
  /^(has|is|no|use|uses|with|require|requires|missing|invalid|should|can|need|needs|show|hide|num|max|min)(?=[A-Z_])|ticket|credentials$/;

function isSecret(name: string): boolean {
  return meaningOf(name) === 'credential' && !about.test(name);
}

function logged(code: Code, flow: TextFlow, { node, carries, isDetail }: LogCallSite): LogCall[] {
  for (const each of carries) {
    const found = flow.judge(each, [], []);
    if (found.is !== 'raw') continue;
    const [{ origin, steps }] = found.traces;
    const at = code.at(node);
    return [
      {
        kind: 'LogCall',
        at,
        what: origin === 'headers' ? 'headers' : 'credential',
        name: steps[0]?.node.getText().slice(0, 60) ?? '',
        isDetail,
        others: [],
        trail: [...steps.map(step => ({ at: code.at(step.node), says: step.says })), { at, says: 'written to a log' }],
      },
    ];
  }
  return [];
}

/** One subject per file: who logs a credential in one place of it does so in others. What is written always comes first. */
function together(found: readonly LogCall[]): LogCall[] {
  const [first, ...others] = found.toSorted(
    (a, b) => Number(a.isDetail) - Number(b.isDetail) || comparePlaces(a.at, b.at),
  );
  return first ? [{ ...first, others: others.map(({ at }) => at) }] : [];
}
