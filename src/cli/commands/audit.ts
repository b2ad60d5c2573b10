import type { AuditOptions } from '../../audit.js';
import type { Rule } from '../../rule.js';
import { type Costs, openStats } from '../../stats.js';
import { costsJson, costsText } from '../costs.js';
import { deliver } from '../deliver.js';
import { answerTo, type ExitCode } from '../exit.js';
import type { Loaders } from '../loaders.js';
import type { Machine } from '../main.js';
import { progressOn } from '../progress.js';
import type { AuditRequest } from '../request.js';
import { say } from '../say.js';
import { filesSelected } from '../selection.js';
import { folderOf, requireRules, type Settings, settingsFor, usualBaseline } from '../settings.js';

/** Audits, shows the report, and answers whether the gate holds. */
export function runAudit(request: AuditRequest, machine: Machine, load: Loaders): ExitCode {
  const stats = request.stats ? openStats(machine.now) : undefined;
  const engine = load.engine();
  const settings = settingsFor(request, engine.rules, load);
  requireRules([...(request.rule ?? []), ...(request.skip ?? [])], engine.rules, load);
  const progress = progressOn(machine, request.quiet);
  const onFile = progress && { onFile: progress.onFile };
  const options = { ...settings.options, ...optionsOf(request, settings, machine, load), ...onFile, stats };
  const { report } = engine.audit(request.targets, options, engine.rules);
  progress?.end();
  const show = () => deliver(report, request, machine, load);
  if (stats) stats.time('show', show);
  else show();
  const { failOn = settings.config.failOn ?? 'high', minGrade = settings.config.minGrade } = request;
  const { code, because } = answerTo(report, { ...request, failOn, minGrade });
  for (const reason of because) say(machine, reason);
  // Only a run that judged a door went through the functions that are worth keeping.
  if (report.doors.length > 0) engine.remember();
  if (stats) machine.err(costsOf(request, stats.costs(), machine));
  return code;
}

function costsOf({ format }: AuditRequest, { times, counts }: Costs, { now, loads, peakMemory }: Machine): string {
  const spent = { total: now(), peakMemory: peakMemory(), times: { ...loads(), ...times }, counts };
  return format === 'json' ? costsJson(spent) : costsText(spent);
}

function optionsOf(request: AuditRequest, settings: Settings, machine: Machine, load: Loaders): AuditOptions {
  const { minSeverity, minConfidence, ignores, pedantic = settings.config.pedantic ?? false } = request;
  const files = filesSelected(request, machine);
  const isInConfig = settings.options.isAsked ?? (() => true);
  return {
    pedantic,
    ignores,
    today: machine.today,
    baseline: baselineFor(request, settings, load),
    isAsked: rule => isWanted(rule, request) && isInConfig(rule),
    view: {
      ...(minSeverity && { minSeverity }),
      ...(minConfidence && { minConfidence }),
      ...(files && { files }),
    },
  };
}

function isWanted(
  { id, pillar }: Pick<Rule, 'id' | 'pillar'>,
  { rule, skip = [], pillar: asked }: AuditRequest,
): boolean {
  return !skip.includes(id) && (rule?.includes(id) ?? true) && (asked?.includes(pillar) ?? true);
}

function baselineFor({ baseline, targets }: AuditRequest, settings: Settings, load: Loaders) {
  if (baseline === false) return undefined;
  if (baseline !== undefined) return load.settings().readBaseline(baseline);
  const file = usualBaseline(settings, folderOf(targets[0]!));
  return file === undefined ? undefined : load.settings().readBaseline(file, true);
}
