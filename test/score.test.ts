import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Confidence, type Pillar, pillars, type Severity, severities } from '../src/rule.js';
import { deductionsOf, type Evidence, type Flaw, gradeOf, type Scores, scoresOf } from '../src/score/score.js';

describe('a pillar', () => {
  it('has no score when there was nothing to judge', () => {
    expect(scores({ sound: ['origin'] }).pillars).toMatchObject({ origin: { score: 100 }, sessions: null });
  });

  it.each<[Severity, Confidence, number]>([
    ['critical', 'high', 40],
    ['critical', 'medium', 58],
    ['high', 'high', 65],
    ['high', 'medium', 75], // 75.5, rounded down
    ['high', 'low', 89],
    ['medium', 'high', 85],
    ['low', 'high', 95],
    ['low', 'low', 98],
    ['info', 'high', 100],
  ])('with one %s flaw of %s confidence is at %i', (severity, confidence, score) => {
    expect(scores({ flaws: [flaw('a', severity, confidence)] }).pillars.origin?.score).toBe(score);
  });

  it('loses half as much by each further flaw of the same rule, the heaviest counting in full', () => {
    const flaws = [flaw('a', 'low'), flaw('a', 'high'), flaw('a', 'medium')];
    expect([...deductionsOf(flaws).values()]).toEqual([350, 75, 12.5]); // in tenths
    expect(scores({ flaws }).pillars.origin?.score).toBe(56);
  });

  it('loses all of it by flaws of different rules, but never falls below 0', () => {
    expect(scores({ flaws: [flaw('a', 'high'), flaw('b', 'high')] }).pillars.origin?.score).toBe(30);
    expect(scores({ flaws: [flaw('a', 'critical'), flaw('b', 'critical')] }).pillars.origin?.score).toBe(0);
  });

  it('counts what could not be told without scoring it', () => {
    const certain = scores({ sound: ['origin'] });
    const unsure = scores({ sound: ['origin'], unsure: ['origin'] });
    expect(unsure.pillars).toEqual({ ...certain.pillars, origin: { ...certain.pillars.origin, unsure: 1 } });
    expect(unsure.overall).toEqual(certain.overall);
  });
});

describe('the overall score', () => {
  it('is null without a door, however clean the rest', () => {
    expect(scores({ sound: [...pillars], doors: 0 }).overall).toBeNull();
    expect(scores({ doors: 1 }).overall).toBeNull();
  });

  it('is null where more could not be told than was told: the A for the one answer would be false calm', () => {
    expect(scores({ sound: ['exposure'], unsure: ['origin', 'authentication'] }).overall).toBeNull();
    expect(scores({ sound: ['exposure', 'limits'], unsure: ['origin', 'authentication'] }).overall?.grade).toBe('A');
  });

  it('holds a grave finding against a server of which little could be told', () => {
    const flaws = [flaw('a', 'critical', 'high')];
    expect(scores({ flaws, unsure: ['origin', 'authentication', 'messages'] }).overall?.grade).toBe('F');
  });

  it('weighs the judged pillars: origin and authentication 3, messages and limits 2, sessions and exposure 1', () => {
    const flaws = [flaw('a', 'medium', 'high', 'origin'), flaw('b', 'low', 'high', 'sessions')];
    expect(scores({ flaws, sound: ['origin', 'limits', 'sessions'] }).overall).toEqual({
      score: 91, // (3 * 85 + 2 * 100 + 1 * 95) / 6 = 91.67
      grade: 'A',
      limitedBy: 'mean',
      judged: 3,
      of: 6,
    });
  });

  it('stays within 20 of the worst pillar', () => {
    const flaws = ['a', 'b', 'c'].map(id => flaw(id, 'medium', 'high', 'sessions'));
    expect(scores({ flaws, sound: [...pillars] }).overall).toMatchObject({ score: 75, limitedBy: 'worst-pillar' });
  });

  it('is capped at 79 by a high flaw and at 59 by a critical one, however uncertain', () => {
    expect(scores({ flaws: [flaw('a', 'high', 'low')], sound: [...pillars] }).overall).toMatchObject({
      score: 79,
      limitedBy: 'high',
    });
    expect(scores({ flaws: [flaw('a', 'critical', 'low')], sound: [...pillars] }).overall).toMatchObject({
      score: 59,
      grade: 'F',
      limitedBy: 'critical',
    });
  });

  it('cannot be lifted by a flaw that brings a new pillar in', () => {
    const open = [flaw('a', 'critical'), flaw('b', 'critical')];
    const before = scores({ flaws: open });
    const after = scores({ flaws: [...open, flaw('c', 'low', 'high', 'limits')] });
    expect(after.pillars.limits?.score).toBe(95);
    expect([before.overall?.score, after.overall?.score]).toEqual([0, 0]);
  });

  it('may be lifted by a pillar that is known to be sound', () => {
    const flaws = [flaw('a', 'high')];
    expect(scores({ flaws }).overall?.score).toBe(65);
    expect(scores({ flaws, sound: ['limits'] }).overall?.score).toBe(79);
  });

  it('is none for an incomplete audit, unless a grave finding caps it whatever else there is', () => {
    const sound: Pillar[] = ['origin', 'authentication'];
    expect(scores({ sound, isIncomplete: true }).overall).toBeNull();
    expect(scores({ sound, flaws: [flaw('a', 'high')], isIncomplete: true }).overall).toMatchObject({
      limitedBy: 'high',
    });
  });

  it('has grades that begin at 90, 80, 70 and 60', () => {
    expect([100, 90, 89, 80, 79, 70, 69, 60, 59, 0].map(gradeOf).join('')).toBe('AABBCCDDFF');
  });
});

describe('for all evidence', () => {
  const pillar = fc.constantFrom(...pillars);
  const ground = fc.record({
    severity: fc.constantFrom(...severities),
    confidence: fc.constantFrom<Confidence>('high', 'medium', 'low'),
  });
  const aFlaw = fc.record({
    ruleId: fc.constantFrom('a', 'b', 'c'),
    pillar,
    grounds: fc.array(ground, { minLength: 1, maxLength: 3 }),
  });
  const evidence = fc.record({
    flaws: fc.array(aFlaw, { maxLength: 12 }),
    sound: fc.array(pillar, { maxLength: 8 }),
    unsure: fc.array(pillar, { maxLength: 4 }),
    doors: fc.integer({ min: 0, max: 3 }),
  });

  it('scores are whole numbers from 0 to 100', () => {
    fc.assert(
      fc.property(evidence, given => {
        for (const score of numbersOf(scoresOf(given))) {
          if (score !== undefined) expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true);
        }
      }),
    );
  });

  it('a further flaw raises no score, so that removing one lowers none', () => {
    fc.assert(
      fc.property(evidence, aFlaw, (given, further) => {
        expectNoneHigher(scoresOf({ ...given, flaws: [...given.flaws, further] }), scoresOf(given));
      }),
      { numRuns: 2000 },
    );
  });

  it('a further verdict about a known flaw raises no score', () => {
    fc.assert(
      fc.property(evidence, aFlaw, ground, (given, known, further) => {
        const merged = { ...known, grounds: [...known.grounds, further] };
        expectNoneHigher(
          scoresOf({ ...given, flaws: [...given.flaws, merged] }),
          scoresOf({ ...given, flaws: [...given.flaws, known] }),
        );
      }),
    );
  });

  it('a flaw turned into a sound verdict lowers no score', () => {
    fc.assert(
      fc.property(evidence, aFlaw, (given, mended) => {
        expectNoneHigher(
          scoresOf({ ...given, flaws: [...given.flaws, mended] }),
          scoresOf({ ...given, sound: [...given.sound, mended.pillar] }),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('the order does not matter', () => {
    const shuffled = evidence.chain(given =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray(given.flaws, { minLength: given.flaws.length })),
    );
    fc.assert(
      fc.property(shuffled, ([given, flaws]) => {
        expect(scoresOf({ ...given, flaws })).toEqual(scoresOf(given));
      }),
    );
  });
});

/** A score may appear where there was none, but no score may be higher than it was. */
function expectNoneHigher(after: Scores, before: Scores): void {
  const earlier = numbersOf(before);
  numbersOf(after).forEach((score, index) => {
    if (score !== undefined && earlier[index] !== undefined) expect(score).toBeLessThanOrEqual(earlier[index]);
  });
}

function numbersOf({ overall, pillars: scored }: Scores): (number | undefined)[] {
  return [overall?.score, ...pillars.map(pillar => scored[pillar]?.score)];
}

function scores(evidence: Partial<Evidence>): Scores {
  return scoresOf({ flaws: [], sound: [], unsure: [], doors: 1, ...evidence });
}

function flaw(ruleId: string, severity: Severity, confidence: Confidence = 'high', pillar: Pillar = 'origin'): Flaw {
  return { ruleId, pillar, grounds: [{ severity, confidence }] };
}
