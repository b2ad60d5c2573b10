import { describe, expect, it } from 'vitest';
import type { Listener, Location, Subject, UrlCredential } from '../src/facts/index.js';
import { judge } from '../src/judge.js';
import { flawed, moot, type Rule, type RuleCard, rule, sound, unsure, type Verdict } from '../src/rule.js';
import { settle } from '../src/settle/settle.js';

describe('judge', () => {
  it('asks every rule about every subject of its kind, and about no other', () => {
    const { judged, faults } = judge([aboutListeners(() => moot), aboutUrls(() => moot)], [listener(3), url(7)]);
    expect(judged.map(({ rule, subject }) => `${rule.id} ${subject.kind}`)).toEqual([
      'about-listeners Listener',
      'about-urls UrlCredential',
    ]);
    expect(faults).toEqual([]);
  });

  it('turns a rule that throws into one fault and lets everything else stand', () => {
    const failing = aboutListeners(({ at }) => {
      if (at.line > 1) throw new Error('no such guard');
      return sound(at);
    });
    const { judged, faults } = judge([failing, aboutUrls(() => moot)], [listener(1), listener(2), listener(3), url(7)]);
    expect(judged.map(({ verdict }) => verdict.is)).toEqual(['sound', 'moot']);
    expect(faults).toEqual([
      { in: 'rule:about-listeners', says: 'Listener at src/a.ts:2:1: no such guard (and 1 more)' },
    ]);
  });
});

describe('settle', () => {
  it('makes one finding of one cause: the gravest verdict speaks, the other subjects become places', () => {
    const shared = place(20);
    const rule = aboutListeners(({ at }) =>
      at.line === 1
        ? flawed(shared, 'medium', 'half open')
        : flawed(shared, 'high', 'wide open', { confidence: 'low' }),
    );
    const { findings } = settled([rule], [listener(1), listener(2), listener(3)]);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ says: 'wide open', severity: 'high', confidence: 'low', at: shared });
    expect(findings[0]!.places.map(({ line }) => line)).toEqual([1, 3]);
    expect(findings[0]!.grounds).toEqual([
      { severity: 'high', confidence: 'low' },
      { severity: 'high', confidence: 'low' },
      { severity: 'medium', confidence: 'high' },
    ]);
  });

  it('lists a further place once and never the flaw itself', () => {
    const rule = aboutListeners(({ at }) => flawed(at, 'low', 'open', { places: [place(9), at, place(4), place(9)] }));
    const { findings } = settled([rule], [listener(1)]);
    expect(findings[0]!.places.map(({ line }) => line)).toEqual([4, 9]);
  });

  it('orders findings by place, then rule, whatever the order of the answers', () => {
    const rules = [
      aboutUrls(({ at }) => flawed(at, 'low', 'seen')),
      aboutListeners(({ at }) => flawed(at, 'low', 'open')),
    ];
    const subjects = [url(2), listener(10), listener(2), listener(1)];
    const forwards = settled(rules, subjects).findings;
    expect(forwards.map(({ at, ruleId }) => `${at.line} ${ruleId}`)).toEqual([
      '1 about-listeners',
      '2 about-listeners',
      '2 about-urls',
      '10 about-listeners',
    ]);
    expect(settled(rules.toReversed(), subjects.toReversed()).findings).toEqual(forwards);
  });

  it('says once what could not be told, however many rules asked', () => {
    const unread = place(5);
    const rules = [
      aboutUrls(() => unsure(unread, 'read from a file')),
      aboutListeners(() => unsure(unread, 'read from a file')),
    ];
    const blindness = [{ at: place(1), why: 'the router is built at run time' }];
    expect(settled(rules, [url(2), listener(3), listener(4)], { blindness }).unsure).toEqual([
      { at: place(1), says: 'the router is built at run time', ruleIds: [], pillars: [] },
      {
        at: unread,
        says: 'read from a file',
        ruleIds: ['about-listeners', 'about-urls'],
        pillars: ['exposure', 'origin'],
      },
    ]);
  });

  it('keeps pedantry to those who ask for it', () => {
    const fussy: Rule = { ...aboutListeners(({ at }) => flawed(at, 'low', 'untidy')), pedantic: true };
    expect(settled([fussy], [listener(1)]).findings).toEqual([]);
    expect(settled([fussy], [listener(1)], {}, true).findings).toHaveLength(1);
  });

  it('keeps one pedantic answer of a rule to those who ask for it, and apart from the others of the same cause', () => {
    const rule = aboutListeners(({ at }) =>
      flawed(at, 'low', 'untidy', { pedantic: at.line === 1, cause: listener(9).at }),
    );
    const answers = (pedantic: boolean) => settled([rule], [listener(1), listener(2)], {}, pedantic).findings;
    expect(answers(false).map(({ at, places }) => [at.line, places])).toEqual([[2, []]]);
    expect(answers(true).map(({ at, pedantic, places }) => [at.line, pedantic, places])).toEqual([
      [1, true, []],
      [2, false, []],
    ]);
  });

  it('takes the indentation of the rule file off the fix', () => {
    const rule: Rule = {
      ...aboutListeners(({ at }) => flawed(at, 'low', 'open')),
      fix: '\n    Bind:\n\n      listen(1)\n  ',
    };
    expect(settled([rule], [listener(1)]).findings[0]!.fix).toBe('Bind:\n\n  listen(1)');
  });
});

describe('a fingerprint', () => {
  const rule = aboutListeners(({ at }) => flawed(at, 'low', 'open'));
  const known = (line: number, text: string, enclosing = 'start') => ({ [`src/a.ts:${line}:1`]: { enclosing, text } });
  const fingerprints = (lines: readonly number[], surroundings: object) =>
    settled([rule], lines.map(listener), { surroundings }).findings.map(({ fingerprint }) => fingerprint);

  it('survives lines added above and a change of white space', () => {
    const before = fingerprints([4], known(4, 'app.listen(port, host)'));
    expect(fingerprints([90], known(90, 'app.listen(port,\n      host)'))).toEqual(before);
    expect(before[0]).toMatch(/^[0-9a-f]{16}$/);
  });

  it('changes with the text and with the declaration around it', () => {
    const all = [
      ...fingerprints([4], known(4, 'app.listen(1)')),
      ...fingerprints([4], known(4, 'app.listen(2)')),
      ...fingerprints([4], known(4, 'app.listen(1)', 'main')),
    ];
    expect(new Set(all).size).toBe(3);
  });

  it('tells equals apart by their order', () => {
    const twins = { ...known(4, 'app.listen(1)'), ...known(9, 'app.listen(1)') };
    const [first, second] = fingerprints([9, 4], twins);
    expect(first).not.toBe(second);
    expect(fingerprints([4], twins)).toEqual([first]);
  });

  it('falls back to the text of the line', () => {
    const at = (line: number) =>
      settled([rule], [listener(line)], { excerpts: { 'src/a.ts': { [line]: '  app.listen(1)' } } }).findings[0]!
        .fingerprint;
    expect(at(4)).toBe(at(5));
    expect(fingerprints([4], {})).not.toEqual([at(4)]);
  });
});

function settled(rules: readonly Rule[], subjects: readonly Subject[], known: object = {}, pedantic = false) {
  const facts = { surroundings: {}, excerpts: {}, blindness: [], ignores: [], ...known };
  const asked = new Set(rules.map(({ id }) => id));
  return settle(judge(rules, subjects).judged, facts, { pedantic, asked });
}

function aboutListeners(judge: (listener: Listener) => Verdict): Rule {
  return rule({ ...card, id: 'about-listeners', pillar: 'exposure', judges: 'Listener', judge });
}

function aboutUrls(judge: (url: UrlCredential) => Verdict): Rule {
  return rule({ ...card, id: 'about-urls', pillar: 'origin', judges: 'UrlCredential', judge });
}

const card: Omit<RuleCard, 'id' | 'pillar'> = {
  title: 'An example',
  severity: 'low',
  cwe: [],
  why: 'Because.',
  fix: 'Mend it.',
  verify: 'Look.',
  reading: [],
};

function place(line: number): Location {
  return { file: 'src/a.ts', line, column: 1, endLine: line, endColumn: 9 };
}

function listener(line: number): Listener {
  return {
    kind: 'Listener',
    at: place(line),
    via: 'node:http',
    host: { is: 'default', value: '::', because: 'node:http listens everywhere' },
    exposure: 'network',
    probe: false,
    credential: { answer: 'admits', carriers: [], trail: [] },
    reachesDangerousTools: undefined,
    trail: [],
  };
}

function url(line: number): UrlCredential {
  return {
    kind: 'UrlCredential',
    at: place(line),
    variant: 'server-read',
    parameter: 'token',
    onStream: false,
    singleUse: undefined,
    trail: [],
  };
}
