import { describe, expect, it } from 'vitest';
import { anInventory, aPackage } from '../../test/support/model.ts';
import { ECOSYSTEM_IDS } from '../model/ecosystem.ts';
import { MATCHERS } from './list.ts';

/** Systems that call themselves otherwise than their ecosystem. */
const SYSTEM_IDS = new Map<string, string>([
  ['redhat', 'rhel'],
  ['oracle', 'ol'],
  ['amazon', 'amzn'],
  ['suse', 'sles'],
  ['opensuse', 'opensuse-leap'],
]);

describe('MATCHERS', () => {
  it('has every id once', () => {
    const ids = MATCHERS.map((matcher) => matcher.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(ECOSYSTEM_IDS)('accepts packages of %s in exactly one matcher', (ecosystem) => {
    const pkg = aPackage('any', '1.0.0', { ecosystem });
    expect(MATCHERS.filter((matcher) => matcher.accepts(pkg))).toHaveLength(1);
  });

  it.each(ECOSYSTEM_IDS)('asks for %s under the id of the matcher', (ecosystem) => {
    const pkg = aPackage('any', '1.0.0', { ecosystem });
    const versionId = ecosystem === 'alpine' ? '3.19.1' : '12.5';
    const id = SYSTEM_IDS.get(ecosystem) ?? ecosystem;
    const inventory = anInventory([pkg], { id, versionId });
    for (const matcher of MATCHERS.filter((one) => one.accepts(pkg))) {
      const [lookup] = matcher.lookups(pkg, inventory);
      expect(lookup?.need.ecosystem).toBe(ecosystem);
      expect(lookup?.matchedBy.startsWith(`${matcher.id}/`)).toBe(true);
    }
  });
});
