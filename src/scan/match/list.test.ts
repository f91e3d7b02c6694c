import { describe, expect, it } from 'vitest';
import { anInventory, aPackage } from '../../../test/support/model.ts';
import { ECOSYSTEM_IDS } from '../../core/model/package/ecosystem.ts';
import { matcherOf } from './list.ts';

/** Systems that call themselves otherwise than their ecosystem. */
const SYSTEM_IDS = new Map<string, string>([
  ['redhat', 'rhel'],
  ['oracle', 'ol'],
  ['amazon', 'amzn'],
  ['suse', 'sles'],
  ['opensuse', 'opensuse-leap'],
]);

describe('matcherOf', () => {
  it('answers no two matchers with one id', () => {
    const matchers = new Set(ECOSYSTEM_IDS.map((ecosystem) => matcherOf({ ecosystem })));
    expect(new Set([...matchers].map(({ id }) => id)).size).toBe(matchers.size);
  });

  it.each([
    ['debian', 'distribution'],
    ['rocky', 'distribution'],
    ['npm', 'general'],
    ['bitnami', 'general'],
    ['program', 'program'],
  ] as const)('looks packages of %s up with the matcher %s', (ecosystem, id) => {
    expect(matcherOf({ ecosystem }).id).toBe(id);
  });

  it.each(ECOSYSTEM_IDS)('asks for %s under the id of the matcher', (ecosystem) => {
    const pkg = aPackage('any', '1.0.0', { ecosystem });
    const versionId = ecosystem === 'alpine' ? '3.19.1' : '12.5';
    const id = SYSTEM_IDS.get(ecosystem) ?? ecosystem;
    const matcher = matcherOf(pkg);
    const [lookup] = matcher.lookups(pkg, anInventory([pkg], { id, versionId }));
    expect(lookup?.need.ecosystem).toBe(ecosystem);
    expect(lookup?.matchedBy.startsWith(`${matcher.id}/`)).toBe(true);
  });
});
