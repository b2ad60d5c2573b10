import { jsonText, oneLine } from '../inert.js';
import type { RuleCard, Severity } from '../rule.js';
import { dedented } from '../settle/dedent.js';
import { ignoreCard } from '../settle/ignores.js';
import {
  concessionsIn,
  type Finding,
  faultWords,
  firstParagraph,
  headersOf,
  inRepository,
  type Rendering,
  untoldIn,
} from './rendering.js';
import type { Report } from './schema.js';

type Place = Report['stdio'][number];
type Card = Pick<RuleCard, 'id' | 'title' | 'severity' | 'why' | 'fix' | 'verify'> & Partial<RuleCard>;

/** More than GitHub takes in one file: https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning */
const mostRuns = 20;

/** GitHub's bands: above 9 critical, from 7 high, from 4 medium. */
const securitySeverity: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '1.0',
};
const levels = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
} as const satisfies Record<Severity, string>;

/**
 * SARIF 2.1.0 for code scanning: a run per package, so that packages of one repository do not close each other's alerts;
 * every rule in every run, so that a clean run closes old ones.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarif(report: Report, { rules }: Rendering): string {
  const cards: readonly Card[] = [...rules, ignoreCard];
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: partsOf(report).map(part => runOf(part, report, cards)),
  };
  return jsonText(log);
}

/** What one run tells of. */
interface Part {
  readonly category: string;
  readonly findings: readonly Finding[];
  readonly unread: Report['unread'];
  readonly unsure: Report['unsure'];
  readonly unmodelled: Report['unmodelled'];
}

function partsOf(report: Report): readonly Part[] {
  const { packages } = report.target;
  if (packages.length < 2 || packages.length > mostRuns) return [{ ...report, category: 'mcp-audit/' }];
  const folders = packages.map(({ folder }) => folder).sort((a, b) => b.length - a.length);
  const homeOf = (file: string) => folders.find(folder => folder === '.' || file.startsWith(`${folder}/`)) ?? '.';
  const categories = folders.includes('.') ? packages : [...packages, { name: '', folder: '.' }];
  return categories.map(({ name, folder }) => {
    const isHere = ({ file }: { readonly file: string }) => homeOf(file) === folder;
    return {
      category: name === '' ? 'mcp-audit/' : `mcp-audit/${name}/`,
      findings: report.findings.filter(isHere),
      unread: report.unread.filter(isHere),
      unsure: report.unsure.filter(isHere),
      unmodelled: report.unmodelled.filter(isHere),
    };
  });
}

function runOf(part: Part, report: Report, cards: readonly Card[]) {
  const { category, findings } = part;
  const { tool, faults } = report;
  return {
    tool: {
      driver: {
        name: tool.name,
        semanticVersion: tool.version,
        informationUri: 'https://www.npmjs.com/package/mcp-audit',
        rules: cards.map(descriptorOf),
      },
    },
    properties: { coverage: report.coverage },
    automationDetails: { id: oneLine(category) },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: faults.length === 0,
        toolExecutionNotifications: [
          ...faults.map(fault => notification('error', faultWords(fault))),
          ...concessionsIn(report).map(({ words, file }) => ({
            ...notification('note', words),
            ...(file !== undefined && { locations: [{ physicalLocation: { artifactLocation: artifactAt(file) } }] }),
          })),
          ...untoldIn(part).map(({ kind, words, file, at }) => ({
            ...notification(kind === 'unread' ? 'warning' : 'note', words),
            locations: [
              { physicalLocation: at ? physicalOf(at, report) : { artifactLocation: artifactOf(file, report) } },
            ],
          })),
        ],
      },
    ],
    results: findings.map(finding => resultOf(finding, report, cards)),
  };
}

function notification(level: 'error' | 'warning' | 'note', text: string) {
  return { level, message: { text: linkless(text) } };
}

function descriptorOf(card: Card) {
  const { id, title, severity, why, fix, verify, cwe = [], reading = [], pillar, pedantic } = card;
  const [whyText, fixText, verifyText] = [why, fix, verify].map(dedented) as [string, string, string];
  const further = reading.length > 0 ? `\n\n**Reading**\n\n${reading.map(url => `- <${url}>`).join('\n')}` : '';
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: cut(whyText.replace(/\s+/g, ' '), 1000) },
    help: {
      text: `${whyText}\n\nFix\n\n${fixText}\n\nVerify\n\n${verifyText}`,
      markdown: `${whyText}\n\n**Fix**\n\n${fixText}\n\n**Verify**\n\n${verifyText}${further}`,
    },
    ...(reading[0] && { helpUri: reading[0] }),
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: [
        'security',
        ...(pillar ? [pillar] : []),
        ...cwe.map(number => `external/cwe/cwe-${String(number).padStart(3, '0')}`),
      ],
      precision: pedantic ? 'medium' : 'high',
      'security-severity': securitySeverity[severity],
    },
  };
}

function resultOf(finding: Finding, report: Report, cards: readonly Card[]) {
  const { ruleId, severity, confidence, message, witness, trail, places, fingerprint, fix } = finding;
  const entry = witness ? ` ${linkless(`Gets in: ${headersOf(witness)}.`)}` : '';
  const steps = trail.map(step => ({ location: locationOf(step, report, step.message) }));
  const related = [...trail, ...places.map(place => ({ ...place, message: 'the same cause shows here' }))];
  const links = trail.length > 0 ? ` Steps: ${trail.map((_, index) => `[${index + 1}](${index + 1})`).join(' ')}.` : '';
  return {
    ruleId: oneLine(ruleId),
    ruleIndex: cards.findIndex(({ id }) => id === ruleId),
    level: levels[severity],
    message: { text: `${linkless(message)}${entry} ${linkless(firstParagraph(fix))}${links}` },
    locations: [locationOf(finding, report)],
    ...(steps.length > 1 && { codeFlows: [{ threadFlows: [{ locations: steps }] }] }),
    ...(related.length > 0 && {
      relatedLocations: related.map((place, index) => ({ id: index + 1, ...locationOf(place, report, place.message) })),
    }),
    // GitHub makes its own primaryLocationLineHash, and warns of one that differs.
    partialFingerprints: { 'mcpAudit/v1': oneLine(fingerprint) },
    ...suppressionsOf(finding, report),
    properties: { severity, confidence },
  };
}

function suppressionsOf({ suppression }: Finding, report: Report) {
  if (!suppression) return {};
  const { by, reason, until, at } = suppression;
  const words = [reason, until && `until ${until}`].filter(each => each !== null && each !== '').join(', ');
  return {
    suppressions: [
      {
        kind: by === 'comment' ? 'inSource' : 'external',
        status: 'accepted',
        justification: oneLine(words) || 'accepted in the baseline',
        ...(at && { location: locationOf(at, report) }),
      },
    ],
  };
}

function locationOf(place: Place, report: Report, text?: string) {
  return {
    physicalLocation: physicalOf(place, report),
    ...(text !== undefined && { message: { text: linkless(text) } }),
  };
}

function physicalOf({ file, line, column, endLine, endColumn }: Place, report: Report) {
  return {
    artifactLocation: artifactOf(file, report),
    region: { startLine: line, startColumn: column, endLine, endColumn },
  };
}

function artifactOf(file: string, report: Report) {
  return artifactAt(inRepository(report, file));
}

function artifactAt(path: string) {
  // A lone surrogate has no UTF-8, and `encodeURIComponent` throws on it.
  const whole = path.replace(/\p{Cs}/gu, '\ufffd');
  const uri = whole.split('/').map(encodeURIComponent).join('/');
  return { uri, uriBaseId: '%SRCROOT%' };
}

/** Text of ours or of the source, on one line, in which no bracket may be taken for a link. */
function linkless(text: string): string {
  return oneLine(text).replace(/[\\[\]]/g, '\\$&');
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
