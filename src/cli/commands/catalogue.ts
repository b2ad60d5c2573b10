import { jsonText } from '../../inert.js';
import { type ExitCode, exitCodes } from '../exit.js';
import type { Loaders } from '../loaders.js';
import { lookOf } from '../look.js';
import type { Machine } from '../main.js';
import type { ExplainRequest, RulesRequest } from '../request.js';
import { requireRules } from '../settings.js';

/** Tells why a rule matters, and how to fix and verify it. */
export function explainRule(request: ExplainRequest, machine: Machine, load: Loaders): ExitCode {
  const { rules, explained } = load.catalogue();
  requireRules([request.rule], rules, load);
  const rule = rules.find(({ id }) => id === request.rule)!;
  machine.out(explained(rule, lookOf(request, machine.env, machine.columns)));
  return exitCodes.clean;
}

/** Lists the rules, for people or as JSON. */
export function listRules(request: RulesRequest, machine: Machine, load: Loaders): ExitCode {
  const { rules, listed } = load.catalogue();
  if (request.format === 'json') {
    const cards = rules.map(({ judge: _, judges: __, ...card }) => card);
    machine.out(jsonText(cards));
  } else machine.out(listed(rules, lookOf(request, machine.env, machine.columns)));
  return exitCodes.clean;
}
