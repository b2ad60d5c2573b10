import type { Confidence, Pillar, Severity } from '../rule.js';
import type { Grade } from '../score/score.js';

export const formats = ['terminal', 'json', 'sarif', 'markdown', 'html', 'github', 'gitlab', 'junit', 'agent'] as const;
export type Format = (typeof formats)[number];

export const colorModes = ['auto', 'always', 'never'] as const;
export type ColorMode = (typeof colorModes)[number];

/** A report in one format, for a file or for stdout. */
export interface Destination {
  readonly format: Format;
  /** Undefined: stdout. */
  readonly file: string | undefined;
}

/** How reports are shown and where they go. */
export interface Showing {
  readonly format: Format;
  /** The file that takes the report instead of stdout. */
  readonly output?: string;
  /** Further reports of the same run. */
  readonly report: readonly Destination[];
  /** An earlier JSON report, for formats that tell what has changed. */
  readonly base?: string;
  readonly color: ColorMode;
  readonly quiet: boolean;
}

/** Which code is looked at, and by what configuration. */
export interface Looking {
  readonly targets: readonly string[];
  readonly includeTests?: boolean;
  /** A path; false for none; undefined to look for one. */
  readonly config?: string | false;
  /** False: nothing is kept between runs, nor used. */
  readonly cache?: boolean;
  /** Seconds that the reading of the code may take. */
  readonly timeLimit?: number;
}

/** What is asked, what is shown, and what fails the run. */
export interface AuditRequest extends Looking, Showing {
  readonly command: 'audit';
  /** The lightest severity that fails the run. */
  readonly failOn?: Severity | 'none';
  /** The worst grade that passes. */
  readonly minGrade?: Grade;
  readonly rule?: readonly string[];
  readonly skip?: readonly string[];
  readonly pillar?: readonly Pillar[];
  readonly minSeverity?: Severity;
  readonly minConfidence?: Confidence;
  readonly pedantic?: boolean;
  readonly stats?: boolean;
  readonly since?: string;
  readonly staged?: boolean;
  readonly filesFrom?: string;
  /** Files that changed, in place of targets: all of the current folder is audited. */
  readonly touching?: readonly string[];
  /** False: ignore comments count for nothing. */
  readonly ignores: boolean;
  /** A path; false for none; undefined for the usual place. */
  readonly baseline?: string | false;
  readonly allowEmpty: boolean;
  readonly exitZero: boolean;
}

export interface ReportRequest extends Showing {
  readonly command: 'report';
  /** A saved JSON report; `-` for stdin. */
  readonly file: string;
}

export interface BaselineRequest extends Looking {
  readonly command: 'baseline update';
  readonly file?: string;
  readonly acceptNew: boolean;
}

export interface ExplainRequest {
  readonly command: 'explain';
  readonly rule: string;
  readonly color: ColorMode;
}

export interface RulesRequest {
  readonly command: 'rules';
  readonly format: 'terminal' | 'json';
  readonly color: ColorMode;
}

export interface FactsRequest extends Looking {
  readonly command: 'facts';
}

export interface DoorsRequest extends Looking {
  readonly command: 'doors';
  readonly format: 'terminal' | 'json';
  readonly color: ColorMode;
}

export interface TryOriginRequest extends Looking {
  readonly command: 'try-origin';
  /** As a browser would send it; `none` for a request without. */
  readonly origin: string;
  /** The Host header, where it is not to be the server's own. */
  readonly host?: string;
  readonly format: 'terminal' | 'json';
}

export interface InitRequest {
  readonly command: 'init';
  readonly folder: string;
  readonly config: boolean;
  readonly workflow: boolean;
  readonly hook: boolean;
  readonly force: boolean;
}

export const badgeFormats = ['svg', 'shields'] as const;
export type BadgeFormat = (typeof badgeFormats)[number];

export interface BadgeRequest extends Looking {
  readonly command: 'badge';
  /** A saved JSON report in place of an audit; `-` for stdin. */
  readonly from?: string;
  readonly format: BadgeFormat;
  readonly output?: string;
}

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export interface CompletionRequest {
  readonly command: 'completion';
  readonly shell: Shell;
}

/** What the user asked for. */
export type Request =
  | AuditRequest
  | ReportRequest
  | BaselineRequest
  | ExplainRequest
  | RulesRequest
  | FactsRequest
  | DoorsRequest
  | TryOriginRequest
  | InitRequest
  | BadgeRequest
  | CompletionRequest;

/** Where the command line speaks. */
export interface Voice {
  out(text: string): void;
  err(text: string): void;
  /** Cells per line of the terminal that stdout is; undefined when it is a pipe or a file. */
  readonly columns: number | undefined;
}
