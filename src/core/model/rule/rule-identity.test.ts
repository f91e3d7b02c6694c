import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleDrafts } from '../../../../test/support/arbitraries.ts';
import { aRuleDraft } from '../../../../test/support/model.ts';
import type { RuleDraft } from './rule-finding.ts';
import { identifyRuleFindings } from './rule-identity.ts';

const at = (path: string, line = 1, layer = 0): Pick<RuleDraft, 'location'> => ({
  location: { path, layer, line },
});

function idsOf(...drafts: readonly Partial<RuleDraft>[]): readonly string[] {
  return identifyRuleFindings(drafts.map((fields) => aRuleDraft(fields))).map(({ id }) => id);
}

describe('the id of a rule finding', () => {
  const before = idsOf(at('/a.py', 3));

  it.each<[string, Partial<RuleDraft>]>([
    ['200 lines are inserted above', at('/a.py', 203)],
    ['the file is renamed', at('/b.py', 3)],
    ['the file moves to another layer', at('/a.py', 3, 4)],
    ['a later layer deletes the file', { ...at('/a.py', 3), whitedOutIn: 2 }],
    [
      'the message, the severity and the excerpt change',
      { message: 'x', severity: 'low', excerpt: 'y' },
    ],
    ['the rule gains an alias', { aliases: ['X-1'] }],
  ])('stays when %s', (_, fields) => {
    expect(idsOf(fields)).toEqual(before);
  });

  it.each<[string, Partial<RuleDraft>]>([
    ['another rule', { rule: 'dockerfile/other' }],
    ['another fingerprint', { fingerprint: 'f'.repeat(32) }],
    ['the same rule name of another analyzer', { tool: 'eslint' }],
  ])('differs for %s', (_, fields) => {
    expect(idsOf(fields)).not.toEqual(before);
  });

  it('is the same on every machine', () => {
    expect(before).toEqual(['72212555c42a8be9']);
  });

  it.each<[string, readonly Partial<RuleDraft>[]]>([
    ['a second equal finding below', [at('/a.py', 3), at('/a.py', 9)]],
    ['an equal finding in a later file', [at('/a.py', 3), at('/z.py', 1)]],
    ['an equal finding in an earlier file', [at('/a.py', 3), at('/0.py', 1)]],
    ['an equal finding in a deleted file', [at('/a.py', 3), { ...at('/0.py'), whitedOutIn: 1 }]],
  ])('is joined by one new id for %s', (_, drafts) => {
    const ids = idsOf(...drafts);
    expect(new Set(ids).size).toBe(2);
    expect(ids.filter((id) => !before.includes(id))).toHaveLength(1);
  });

  it('gives the first id to the file that a container has', () => {
    const [first, second] = identifyRuleFindings([
      aRuleDraft({ ...at('/0.py'), whitedOutIn: 1 }),
      aRuleDraft(at('/z.py')),
    ]);
    expect([first?.location.path, second?.location.path]).toEqual(['/z.py', '/0.py']);
    expect(first?.id).toBe(before[0]);
  });

  it('is unique, and does not depend on the order of the drafts', () => {
    const few = fc.constantFrom('a/x', 'a/y');
    const drafts = fc.array(
      fc
        .tuple(ruleDrafts, few, fc.constantFrom('0', '1'))
        .map(([draft, rule, digit]) => ({ ...draft, rule, fingerprint: digit.repeat(32) })),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(drafts, (some) => {
        const ids = identifyRuleFindings(some).map(({ id }) => id);
        expect(new Set(ids).size).toBe(some.length);
        const reversed = identifyRuleFindings([...some].reverse()).map(({ id }) => id);
        expect([...reversed].sort()).toEqual([...ids].sort());
      }),
    );
  });

  it('takes a hundred thousand equal findings', () => {
    const many = Array.from({ length: 100_000 }, (_, line) => aRuleDraft(at('/a.py', line + 1)));
    expect(new Set(identifyRuleFindings(many).map(({ id }) => id)).size).toBe(100_000);
  });
});
