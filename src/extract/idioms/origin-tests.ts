import { shorten } from '../../code/trial/source-text.js';
import type { CredentialDecision, OriginTest } from '../../facts/index.js';
import { openest } from '../guarded.js';
import type { Findings, Idiom } from '../idiom.js';
import type { DecidingTest } from '../trials/deciding-tests.js';

/** Tests on the Origin at doors, and in predicates that no door was seen to use. */
export const originTests: Idiom = {
  id: 'origin-tests',
  words: ['headers.origin', "'origin'", '"origin"', '(origin', 'rigin)', 'rigin.'],
  read(findings) {
    const byNode = new Map<string, { test: DecidingTest; credentials: CredentialDecision[]; onHttp: boolean }>();
    const add = (test: DecidingTest, credential: CredentialDecision, onHttp: boolean) => {
      const key = `${findings.code.program.idOf(test.node)} ${test.test}`;
      const known = byNode.get(key);
      if (!known) byNode.set(key, { test, credentials: [credential], onHttp });
      else {
        known.credentials.push(credential);
        known.onHttp ||= onHttp;
        if (!known.test.trial && test.trial) known.test = test;
      }
    };
    for (const { door, findings: found } of [...findings.webSockets, ...findings.endpoints])
      for (const test of found.tests) add(test, door.credential, door.kind !== 'WebSocketServer');
    const atDoors = new Set([...byNode.values()].map(({ test }) => test.node));
    for (const predicate of findings.code.originPredicates()) {
      const { tests } = findings.trials.predicateTests([predicate.value], predicate.position, predicate.node);
      const unknown: CredentialDecision = {
        answer: 'unclear',
        carriers: [],
        because: 'no door was seen to use this check',
        trail: [],
      };
      for (const test of tests) if (!atDoors.has(test.node) && test.test !== 'absent') add(test, unknown, true);
    }
    return [...byNode.values()].map(({ test, credentials, onHttp }) =>
      subjectOf(findings, test, openest(credentials)!, !onHttp),
    );
  },
};

function subjectOf(
  { code }: Findings,
  test: DecidingTest,
  credential: CredentialDecision,
  isOfSockets: boolean,
): OriginTest {
  return {
    kind: 'OriginTest',
    at: code.at(test.node),
    test: test.test,
    text: shorten(test.node),
    witness: test.trial,
    unclear: test.unclear,
    credential,
    isOfSockets,
    trail: test.trial?.trail ?? [],
  };
}
