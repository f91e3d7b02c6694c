import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../core/base/context.ts';
import { cacheKeys, type AnalysisPlan } from './cache-key.ts';

const PLAN: AnalysisPlan = {
  kind: 'image',
  verify: 'full',
  target: { skipDirs: [], skipFiles: [] },
  filePatterns: [],
  includeRemoved: false,
  limits: DEFAULT_LIMITS,
  detection: 'precise',
  comparesBoth: true,
  detectors: [],
  readsPackages: true,
};
const LAYER = { name: { digest: 'sha256:00', of: 'stored' }, diffId: undefined } as const;

function keysOf(detectors: readonly string[]): readonly string[] {
  const keys = cacheKeys({ ...PLAN, detectors });
  return [
    keys.record(LAYER, true),
    keys.answer(LAYER, true, {}),
    keys.analysis([LAYER], undefined, { claims: [], commandDirectories: [] }),
    keys.place('/app'),
  ];
}

describe('the cache keys of a scan with detectors', () => {
  it('differ from those of a scan without', () => {
    const plain = keysOf([]);
    for (const [index, key] of keysOf(['secret/tokens 1']).entries()) {
      expect(key).not.toBe(plain[index]);
    }
  });

  it('differ by the version of the rules and by the set of detectors', () => {
    const all = [['a 1'], ['a 2'], ['b 1'], ['a 1', 'b 1']].flatMap(keysOf);
    expect(new Set(all).size).toBe(all.length);
  });

  it('name no detector where none runs', () => {
    expect(keysOf([]).join()).not.toContain('detectors');
  });

  it('depend on the configuration of the image where detectors read it', () => {
    const keys = cacheKeys({ ...PLAN, detectors: ['image/user 1'] });
    const of = (...image: readonly string[]): string =>
      keys.analysis([LAYER], undefined, { claims: [], commandDirectories: [], image });
    expect(new Set([of('sha256:1'), of('sha256:2'), of('sha256:1', 'app:latest')]).size).toBe(3);
  });
});
