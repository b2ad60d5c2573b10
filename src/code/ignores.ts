import type { IgnoreComment } from '../facts/index.js';
import type { SourceModule } from './module.js';
import { preorder } from './preorder.js';
import { ignoreWord } from './scan.js';
import { ts } from './ts.js';

/** The ignore comments of one file, in order. Strings that read like one are none: only what the scanner calls a comment counts. */
export function ignoreCommentsIn({ file, source }: SourceModule): IgnoreComment[] {
  const found: IgnoreComment[] = [];
  for (const range of commentsIn(source)) {
    const comment = readComment(file, source, range);
    if (comment) found.push(comment);
  }
  return found;
}

function commentsIn(source: ts.SourceFile): ts.CommentRange[] {
  const byStart = new Map<number, ts.CommentRange>();
  const { text } = source;
  const add = (ranges: readonly ts.CommentRange[] | undefined) => {
    for (const range of ranges ?? []) {
      if (text.slice(range.pos, range.end).includes(ignoreWord)) byStart.set(range.pos, range);
    }
  };
  // Comments stand before tokens or behind them. The scanner that is asked for them does not know JSX: what it takes for
  // one behind a tag may be text of a page.
  const texts: ts.Node[] = [];
  preorder(source, node => {
    const children = node.getChildren(source);
    if (children.length > 0) return children;
    if (node.kind === ts.SyntaxKind.JsxText) texts.push(node);
    else add(ts.getLeadingCommentRanges(text, node.pos));
    add(ts.getTrailingCommentRanges(text, node.end));
    return [];
  });
  const isText = ({ pos }: ts.CommentRange) => texts.some(each => each.pos <= pos && pos < each.end);
  return [...byStart.values()].filter(range => !isText(range)).sort((a, b) => a.pos - b.pos);
}

const pattern = /^mcp-audit-ignore(-next-line)?(?![\w-])(.*)$/s;
const untilPattern = /(?:^|\s)until:(\S*)/;

function readComment(file: string, source: ts.SourceFile, { pos, end }: ts.CommentRange): IgnoreComment | undefined {
  const body = source.text
    .slice(pos, end)
    .replace(/^\/\/+|^\/\*+|\*+\/$/g, '')
    .trim();
  const [, isNext, rest] = pattern.exec(body) ?? [];
  if (rest === undefined) return undefined;
  const from = source.getLineAndCharacterOfPosition(pos);
  const to = source.getLineAndCharacterOfPosition(end);
  const at = {
    file,
    line: from.line + 1,
    column: from.character + 1,
    endLine: to.line + 1,
    endColumn: to.character + 1,
  };
  // Before the reason or behind it: an end that was read as prose would make the comment hold for ever.
  const until = untilPattern.exec(rest)?.[1];
  const [head = '', ...reasons] = rest.replace(untilPattern, ' ').split(/(?:^|\s)--(?:\s|$)/);
  const ruleIds = head.split(/[\s,]+/).filter(id => id !== '');
  return {
    at,
    line: isNext ? nextCodeLine(source, end) : to.line + 1,
    ruleIds,
    reason: reasons.join(' -- ').replace(/\s+/g, ' ').trim() || undefined,
    until,
    problem: problemOf(ruleIds, until),
  };
}

/** The line of the first token behind a comment; blank lines and further comments may stand between. */
function nextCodeLine(source: ts.SourceFile, from: number): number {
  // Inside JSX a comment is an expression of its own: `{/* … */}`.
  const between = /(?:\s|\/\/[^\n\r]*|\{?\s*\/\*[\s\S]*?\*\/\}?|(?<=\*\/\s*)\})*/y;
  between.lastIndex = from;
  between.exec(source.text);
  return source.getLineAndCharacterOfPosition(Math.min(between.lastIndex, source.text.length)).line + 1;
}

function problemOf(ruleIds: readonly string[], until: string | undefined): string | undefined {
  if (ruleIds.length === 0) return 'it names no rule';
  if (until !== undefined && !isDay(until)) return `\`until:${until}\` is no day, which is written 2027-01-31`;
  return undefined;
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
