import type { audit } from '../audit.js';
import type { applied, concessionsOf, rulesIn } from '../config/apply.js';
import type { readBaseline, readConfig } from '../config/read.js';
import type { badges } from '../report/badge.js';
import type { explained, listed } from '../report/catalogue.js';
import type { doorMap } from '../report/door-map.js';
import type { Rendering } from '../report/rendering.js';
import type { Report } from '../report/report.js';
import type { asReport } from '../report/saved.js';
import type { triedData, triedText } from '../report/tried.js';
import type { Rule } from '../rule.js';
import type { baselineText, updatedBaseline } from '../settle/baseline.js';
import type { suggestion } from '../settle/suggestion.js';
import type { tryOrigin } from '../try-origin.js';
import type { Format } from './request.js';

/** The heavy half of the tool, loaded only when there is something to audit. */
export interface Engine {
  readonly audit: typeof audit;
  readonly rules: readonly Rule[];
  readonly render: Readonly<Record<Format, (report: Report, rendering: Rendering) => string>>;
  readonly doorMap: typeof doorMap;
  readonly tryOrigin: typeof tryOrigin;
  readonly triedText: typeof triedText;
  readonly triedData: typeof triedData;
  readonly badges: typeof badges;
  readonly updatedBaseline: typeof updatedBaseline;
  readonly baselineText: typeof baselineText;
  /** Called after a run that did real work, so that the next one starts faster. */
  remember(): void;
}

/** The rules without the means to ask them. */
export interface Catalogue {
  readonly rules: readonly Rule[];
  readonly explained: typeof explained;
  readonly listed: typeof listed;
  readonly suggestion: typeof suggestion;
}

/** What reads and checks the user's own files; zod is in it, so it is loaded only where there is such a file. */
export interface Settings {
  readonly readConfig: typeof readConfig;
  readonly readBaseline: typeof readBaseline;
  readonly applied: typeof applied;
  readonly concessionsOf: typeof concessionsOf;
  readonly rulesIn: typeof rulesIn;
  readonly asReport: typeof asReport;
}

/** The parts of the tool that a command loads as it needs them. */
export interface Loaders {
  /**
   * @param audited the projects (absolute) that are looked at: no cache is believed that lies in one of them
   * @param remembers false: nothing is kept between runs, nor used
   */
  engine(audited?: readonly string[], remembers?: boolean): Engine;
  catalogue(): Catalogue;
  settings(): Settings;
}
