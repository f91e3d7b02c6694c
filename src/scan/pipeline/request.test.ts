import { describe, expect, it } from 'vitest';

import { NO_ADVISORIES } from '../../../test/support/no-advisories.ts';
import { fullPolicy, fullTarget, refuseGateWithoutData, refuseLazyGate } from './request.ts';

const HIGH = { failOn: [{ text: 'high', atLeast: 'high' }] } as const;
const TARGET = { reference: 'app:1' };

describe('a gate without data', () => {
  it.each<[string, Parameters<typeof refuseGateWithoutData>[0], string]>([
    ['--fail-on without advisories', { policy: HIGH }, '--fail-on'],
    ['--exit-code without advisories', { policy: { exitCode: 1 } }, '--exit-code'],
    [
      '--min-evidence verified without contents',
      { advisories: NO_ADVISORIES, verify: 'manifests', policy: { minEvidence: 'verified' } },
      '--min-evidence verified',
    ],
    [
      '--min-evidence consistent without any check',
      { advisories: NO_ADVISORIES, verify: 'none', policy: { minEvidence: 'consistent' } },
      '--min-evidence consistent',
    ],
    [
      '--fail-on-tamper without any check',
      { advisories: NO_ADVISORIES, verify: 'none', policy: { failOnTamper: true } },
      '--fail-on-tamper',
    ],
  ])('is refused: %s', (_, request, flag) => {
    expect(() => {
      refuseGateWithoutData(request);
    }).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(flag) as string }),
    );
  });

  it.each<[string, Parameters<typeof refuseGateWithoutData>[0]]>([
    ['no gate, no advisories', {}],
    ['an exit code of zero', { policy: { exitCode: 0 } }],
    ['--fail-on with advisories', { advisories: NO_ADVISORIES, policy: HIGH }],
    [
      '--min-evidence claimed without any check',
      { advisories: NO_ADVISORIES, verify: 'none', policy: { minEvidence: 'claimed' } },
    ],
    [
      '--min-evidence consistent by manifests',
      { advisories: NO_ADVISORIES, verify: 'manifests', policy: { minEvidence: 'consistent' } },
    ],
    [
      '--fail-on-tamper by manifests',
      { advisories: NO_ADVISORIES, verify: 'manifests', policy: { failOnTamper: true } },
    ],
    [
      '--min-evidence verified with contents',
      { advisories: NO_ADVISORIES, verify: 'full', policy: { minEvidence: 'verified' } },
    ],
  ])('is none: %s', (_, request) => {
    expect(() => {
      refuseGateWithoutData(request);
    }).not.toThrow();
  });
});

describe('a lazy target', () => {
  it.each<[string, Parameters<typeof refuseLazyGate>[0], boolean]>([
    ['is read without a gate', { targets: [{ ...TARGET, isLazy: true }] }, false],
    ['is no matter for other targets', { targets: [TARGET], policy: HIGH, verify: 'full' }, false],
    ['refuses a gate', { targets: [{ ...TARGET, isLazy: true }], policy: HIGH }, true],
    [
      'refuses an end-of-life gate',
      { targets: [{ ...TARGET, isLazy: true }], policy: { exitOnEol: 3 } },
      true,
    ],
    ['refuses verification', { targets: [{ ...TARGET, isLazy: true }], verify: 'manifests' }, true],
    [
      'counts among several',
      { targets: [TARGET, { ...TARGET, isLazy: true }], policy: HIGH },
      true,
    ],
  ])('%s', (_, request, isRefused) => {
    const refuse = (): void => {
      refuseLazyGate(request);
    };
    if (isRefused) expect(refuse).toThrow(expect.objectContaining({ code: 'USAGE' }));
    else expect(refuse).not.toThrow();
  });
});

describe('defaults', () => {
  it('of a policy hide nothing and decide nothing', () => {
    const { severities, failOn, ignoreUnfixed } = fullPolicy();
    expect(severities).toContain('unknown');
    expect({ failOn, ignoreUnfixed }).toEqual({ failOn: [], ignoreUnfixed: false });
    expect(fullPolicy({ ignoreUnfixed: true }).ignoreUnfixed).toBe(true);
  });

  it('of a target skip nothing', () => {
    expect(fullTarget({ ...TARGET, skipDirs: ['a'] })).toMatchObject({
      ...TARGET,
      skipDirs: ['a'],
      skipFiles: [],
    });
  });
});
