import ts from 'typescript';
import { perFile } from '../transformation.js';

/** As the compiler prints it, with Windows line ends. */
export const reprinted = perFile('reprinted', source =>
  ts.createPrinter({ newLine: ts.NewLineKind.CarriageReturnLineFeed }).printFile(source),
);

/** The whole file in one line, without comments. */
export const inOneLine = perFile('in one line', source => {
  const printed = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed }).printFile(source);
  const again = ts.createSourceFile(source.fileName, printed, ts.ScriptTarget.ESNext, true);
  const kept: [number, number][] = [];
  const visit = (node: ts.Node): void => {
    // Line ends in a template belong to its text.
    if (
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddle(node) ||
      ts.isTemplateTail(node)
    )
      kept.push([node.getStart(again), node.end]);
    ts.forEachChild(node, visit);
  };
  visit(again);
  const lines = printed.replace(/\n */g, (found, at: number) =>
    kept.some(([start, end]) => start <= at && at < end) ? found : ' ',
  );
  return lines;
});
