/**
 * A text that is the same for settings of detectors that give the same findings: a part of the
 * cache's key.
 */

import { createHash } from 'node:crypto';

import type { DetectorRow } from '../../../rules/detect/detector.ts';
import type { DetectorSettings } from '../../../rules/detect/detector-settings.ts';

const DAY_MS = 86_400_000;

/** Returns what the findings of some detectors depend on, beside the artifact. */
export function detectorKeys(
  detectors: readonly DetectorRow[],
  settings: DetectorSettings | undefined,
  isRepositoryRoot = false,
): readonly string[] {
  const looksAtTree = detectors.some(({ kind }) => kind === 'tree');
  const keys = [
    ...detectors.map(({ id, version }) => `${id} ${version}`),
    ...(looksAtTree && isRepositoryRoot ? ['root of a repository'] : []),
  ];
  return settings === undefined ? keys : [...keys, settingsKey(settings)];
}

/** Instants count by their day. */
function settingsKey(settings: DetectorSettings): string {
  const text = JSON.stringify(settings, (key, value: unknown) => {
    if (value instanceof Map) return [...(value as ReadonlyMap<unknown, unknown>)];
    if (value instanceof Set) return [...(value as ReadonlySet<unknown>)];
    if (key === 'now' && typeof value === 'number') return Math.floor(value / DAY_MS);
    return typeof value === 'function' ? 'asked' : value;
  });
  return `settings ${createHash('sha256').update(text).digest('hex')}`;
}
