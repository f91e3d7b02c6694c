import { describe, expect, it } from 'vitest';

import type { PolicyOptions } from '../../scan/policy/options.ts';
import { policyOf, type NamedPolicy } from './verdict-predicate.ts';

function named(policy: Partial<PolicyOptions>): NamedPolicy {
  return policyOf({ targets: [{ reference: 'app' }], policy });
}

const product = (version: string): Partial<PolicyOptions> => {
  const purl = { type: 'npm', name: 'left', qualifiers: new Map([['arch', version]]) };
  const products = [{ identity: { purl }, subcomponents: [] }];
  const statement = { products, vulnerabilities: ['CVE-1'], status: 'fixed', at: 0 } as const;
  const statements = [{ ...statement, from: 'vex.json, statement 1' }];
  return { vex: [{ path: 'vex.json', form: 'OpenVEX', statements, problems: [] }] };
};
const baseline = (key: string): Partial<PolicyOptions> => ({
  baseline: {
    ...{ name: 'old.json', reference: 'app', judgedAt: '2025-01-01T00:00:00Z', findings: [] },
    ...{ packageKeys: new Set([key]), isFiltered: false },
  },
});

describe('the digest of a policy', () => {
  it.each<[string, Partial<PolicyOptions>, Partial<PolicyOptions>]>([
    [
      'ids of exceptions',
      { ignore: [{ id: 'CVE-1', from: '.assayignore:1' }] },
      { ignore: [{ id: 'CVE-2', from: '.assayignore:1' }] },
    ],
    [
      'packages of exceptions',
      { ignore: [{ id: 'CVE-1', scope: { package: 'a' }, from: 'x:1' }] },
      { ignore: [{ id: 'CVE-1', scope: { package: 'b' }, from: 'x:1' }] },
    ],
    [
      'ends of exceptions',
      { ignore: [{ id: 'CVE-1', until: '2030-01-01', from: 'x:1' }] },
      { ignore: [{ id: 'CVE-1', until: '2031-01-01', from: 'x:1' }] },
    ],
    [
      'corrections',
      { overrides: [{ id: 'CVE-1', from: 'x:1' }] },
      { overrides: [{ id: 'CVE-2', from: 'x:1' }] },
    ],
    ['qualifiers in VEX documents', product('amd64'), product('arm64')],
    ['packages of baselines', baseline('a'), baseline('b')],
  ])('differs with the %s', (_, one, other) => {
    expect(named(one).digest).not.toEqual(named(other).digest);
    expect(named(one).digest).toEqual(named(one).digest);
  });

  it('is the same wherever the files are', () => {
    const at = (from: string): NamedPolicy => named({ ignore: [{ id: 'CVE-1', from }] });
    expect(at('/a/.assayignore:1')).toEqual(at('other/.assayignore:7'));
  });

  it('differs with the sources of severities and the distribution', () => {
    const scan = { targets: [{ reference: 'app' }] };
    const sha256 = [
      policyOf(scan),
      policyOf({ ...scan, severitySources: ['nvd'] }),
      policyOf({ ...scan, distro: { id: 'debian', versionId: '12' } }),
      policyOf({ ...scan, detectionPriority: 'comprehensive' }),
    ].map(({ digest }) => digest?.sha256);
    expect(new Set(sha256).size).toBe(4);
  });

  it('does not publish ids or reasons of exceptions', () => {
    const { content = '' } = named({ ignore: [{ id: 'CVE-1', reason: 'secret', from: 'x:1' }] });
    const rules = Buffer.from(content, 'base64').toString();
    expect(rules).toContain('"exceptionCount":1');
    expect(rules).not.toMatch(/CVE-1|secret/u);
  });
});
