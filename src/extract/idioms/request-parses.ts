import type { Code } from '../../code/code.js';
import { type Fallout, falloutsOf, lastResort } from '../../code/fallout.js';
import { readableNameOf } from '../../code/functions.js';
import { RequestParts } from '../../code/request-parts.js';
import { RequestTexts } from '../../code/request-texts.js';
import { type ThrowingParse, throwingParses } from '../../code/throwing-parsers.js';
import type { Location, RequestParse } from '../../facts/index.js';
import type { Spot } from '../chains.js';
import type { Findings, Idiom } from '../idiom.js';

type Outcome = RequestParse['error'];

/** Text of a request that goes to something that throws: who catches it. */
export const requestParses: Idiom = {
  id: 'request-parses',
  words: [],
  read(findings) {
    const { code, spots } = findings;
    const texts = new RequestTexts(code, new RequestParts(code.values, fn => spots.has(fn)));
    const resorts = new Map<boolean, Location | undefined>();
    const resortFor = (rejects: boolean): Location | undefined => {
      const node = resorts.has(rejects)
        ? undefined
        : lastResort(code, rejects ? 'unhandledRejection' : 'uncaughtException');
      if (!resorts.has(rejects)) resorts.set(rejects, node && code.at(node));
      return resorts.get(rejects);
    };
    return throwingParses(code, texts).flatMap(parse => requestParse(findings, parse, resortFor));
  },
};

function requestParse(
  findings: Findings,
  { node, parser, text, needsOddPath }: ThrowingParse,
  resortFor: (rejects: boolean) => Location | undefined,
): RequestParse[] {
  const { code, spots } = findings;
  const outcomes = falloutsOf(code, node, fn => spots.has(fn)).flatMap(fallout =>
    outcomeOf(findings, fallout, needsOddPath),
  );
  const error =
    outcomes.find(({ is }) => is === 'escapes') ??
    outcomes.find(({ is }) => is === 'unclear') ??
    outcomes.find(({ is }) => is === 'library') ??
    outcomes[0];
  if (!error) return [];
  // An unhandled rejection is raised as an uncaught exception: https://nodejs.org/api/process.html#event-unhandledrejection
  const resort =
    error.is === 'escapes' ? ((error.rejects ? resortFor(true) : undefined) ?? resortFor(false)) : undefined;
  return [{ kind: 'RequestParse', at: code.at(node), parser, text, error, lastResort: resort, trail: stepsOf(error) }];
}

function stepsOf(error: Outcome): RequestParse['trail'] {
  return error.is === 'escapes' ? [{ at: error.at, says: `the error leaves ${error.where} here` }] : [];
}

function outcomeOf({ code, spots }: Findings, fallout: Fallout, needsOddPath: boolean): Outcome[] {
  switch (fallout.is) {
    case 'caught':
      return [{ is: 'caught', by: code.at(fallout.by) }];
    case 'leaves-stream':
      return [
        {
          is: 'escapes',
          where: "a listener on the request's stream",
          rejects: fallout.rejects,
          at: code.at(fallout.at),
        },
      ];
    case 'unawaited': {
      const name = fallout.top && readableNameOf(fallout.top);
      const where = `a promise that nobody waits for${name ? ` in \`${name}\`` : ''}`;
      return [{ is: 'escapes', where, rejects: true, at: code.at(fallout.at) }];
    }
    case 'leaves-entry':
      return spots
        .of(fallout.fn, undefined)
        .map(spot => leaves(code, spot, code.at(fallout.fn), fallout.rejects, needsOddPath));
    case 'unknown':
      return [];
  }
}

/** What a library does with an error of the function that it calls. */
function leaves(code: Code, spot: Spot, at: Location, rejects: boolean, needsOddPath: boolean): Outcome {
  const escapes = (where: string): Outcome => ({ is: 'escapes', where, rejects, at });
  switch (spot.is) {
    case 'listener':
      return escapes(rejects ? 'the async request listener' : 'the request listener');
    case 'upgrade':
      return escapes('the upgrade handler');
    case 'connection':
      // What accepts by hand has looked at the URL first, and would have thrown itself.
      if (needsOddPath && (spot.socket.path !== undefined || spot.socket.accepts.length > 0))
        return { is: 'library', because: `${spot.socket.via} has compared the path before` };
      return spot.socket.via === 'ws'
        ? escapes('the connection handler')
        : { is: 'library', because: `${spot.socket.via} catches it` };
    case 'entry':
      return { is: 'library', because: `${spot.entry.via} answers with an error` };
    case 'route':
      if (spot.registration.via !== 'express' || !rejects)
        return { is: 'library', because: `${spot.registration.via} answers with an error` };
      return expressOutcome(code, escapes('an async handler of Express 4'));
  }
}

/** Express 5 waits for the promise of a handler; 4 does not: https://expressjs.com/en/guide/migrating-5.html#rejected-promises */
function expressOutcome(code: Code, inFour: Outcome): Outcome {
  const majors = code.tree.packages.flatMap(({ dependencies }) => {
    const found = /(\d+)/.exec(dependencies.express?.resolved ?? dependencies.express?.range ?? '');
    return found ? [Number(found[1])] : [];
  });
  if (!majors.length) return { is: 'unclear', why: 'the version of express is not known: 5 catches it, 4 does not' };
  return majors.every(major => major >= 5) ? { is: 'library', because: 'Express 5 answers with an error' } : inFour;
}
