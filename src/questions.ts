import type {
  CredentialDecision,
  DoorSubject,
  Exposure,
  FieldUse,
  Gate,
  Location,
  OriginDecision,
  OriginKind,
  OriginTest,
  Step,
  Trial,
} from './facts/index.js';

/**
 * What a page in the user's browser still has to overcome when Origin does not stop it.
 * A cookie is no obstacle, for the browser adds it; a secret is one, for the page does not know it.
 */
export type Barrier = 'open' | 'cookie' | 'secret' | 'unknown';

/** The barrier that a credential decision puts up. */
export function barrierOf({ answer, carriers }: CredentialDecision): Barrier {
  if (answer === 'admits') return 'open';
  if (answer !== 'refuses' || carriers.length === 0) return 'unknown';
  return carriers.every(carrier => carrier === 'cookie') ? 'cookie' : 'secret';
}

const bestForTheAttacker = ['admits', 'depends', 'unclear', 'refuses'] as const;

/** Of the trials of one kind, the one that went best for the attacker; undefined when the kind was not tried. */
export function trialOf({ trials }: OriginDecision, kind: OriginKind): Trial | undefined {
  const ofKind = trials.filter(trial => trial.kind === kind);
  for (const answer of bestForTheAttacker) {
    const trial = ofKind.find(candidate => candidate.answer === answer);
    if (trial) return trial;
  }
  return undefined;
}

/** Requests that no page of a stranger can send: the server's own origins, local pages, clients that are no browser. */
const notFromForeignPages: readonly OriginKind[] = [
  'trusted',
  'variant',
  'asked',
  'loopback',
  'program',
  'absent',
  'rebind-absent',
];

/** Whether every foreign page that was tried is refused before the connection is accepted. */
export function isClosedToForeignPages(origin: OriginDecision): boolean {
  const foreign = origin.trials.filter(trial => !notFromForeignPages.includes(trial.kind));
  return origin.stage === 'before-accept' && foreign.length > 0 && foreign.every(trial => trial.answer === 'refuses');
}

/** The statement to thank for a refusal, or `otherwise` when it was not recorded. */
export function refusalOf(origin: OriginDecision, trial: Trial, otherwise: Location): Location {
  return trial.at ?? origin.decidedBy[0] ?? otherwise;
}

/** Where the way into a door is registered: the fair place to ask for a credential. */
export function routeOf(door: DoorSubject): Location {
  return door.wayIn?.at ?? door.at;
}

/** How a foreign origin got past one test: the test's own steps, or else those of the request that passed it. */
export function stepsPast(test: OriginTest, witness: Trial): readonly Step[] {
  return test.trail.length > 0 ? test.trail : witness.trail;
}

/** Half a sentence: why a foreign origin is within a stranger's reach. */
export function reachWords({ kind }: Trial): string {
  return kind === 'tenant' ? 'where anyone may take a name' : 'a name that anyone may register';
}

/** Half a sentence: what is asked of a client besides its Origin. */
export function barrierWords(credential: CredentialDecision): string {
  const aside = asideOf(credential);
  switch (barrierOf(credential)) {
    case 'open':
      return `no credential is required${aside}`;
    case 'cookie':
      return 'the only credential is a cookie, which the browser adds by itself';
    case 'secret':
      return `only the required credential (${carrierWords(credential)}) keeps foreign pages out`;
    case 'unknown':
      return `whether a credential is required could not be told${aside}`;
  }
}

/** The extraction's remark on a credential decision, in brackets behind a blank; empty when it has none. */
export function asideOf({ because }: CredentialDecision): string {
  return because ? ` (${because})` : '';
}

function carrierWords({ carriers }: CredentialDecision): string {
  return carriers.map(carrier => carrier.replaceAll('-', ' ')).join(', ');
}

/** Half a sentence: the gates that let a request pass, or `none` where no gate stands. */
export function gateWords(gates: readonly Gate[], none: string): string {
  const names = [...new Set(gates.map(gate => gate.name))];
  return names.length === 0 ? none : `none of its gates (${names.join(', ')}) refuses it`;
}

/** Half a sentence: who could still refuse what the code at hand lets pass; empty when nobody could. */
export function leftWords({ leftTo }: Trial): string {
  return leftTo ? ', unless the hook that a caller hands in does, which is not among the files' : '';
}

const peers: Record<Exposure, string> = {
  loopback: 'every program on this machine can reach it',
  network: 'other machines can reach it',
  unclear: 'which machines can reach it could not be told',
};

/** Half a sentence: who can reach the address. */
export function exposureWords(exposure: Exposure): string {
  return peers[exposure];
}

/** Why a question stayed open, in the extraction's words. */
export function obstacleOf({ because }: Trial | CredentialDecision): string {
  return because ?? 'the code could not be followed';
}

/** Half a sentence: what is done with a message that nothing was tested of. */
export function usesWords(uses: readonly FieldUse[]): string {
  const fields = [...new Set(uses.flatMap(({ field }) => (field === undefined ? [] : [`\`${field}\``])))];
  return fields.length ? `its ${fields.join(', ')} used` : 'it is handed on whole';
}

/** The same, place by place. */
export function stepsOfUses(uses: readonly FieldUse[]): readonly Step[] {
  return uses.map(({ at, field }) => ({
    at,
    says: field === undefined ? 'the whole message is used here' : `\`${field}\` is used here`,
  }));
}
