/**
 * `--allow`: the largest change of a version that a step may make, for all packages and for single
 * ones.
 */

import { AssayError } from '../../core/base/errors.ts';
import type { ChangeLevel } from './plan.ts';

/** The largest change that is allowed. */
export interface Allowance {
  readonly level: ChangeLevel;
  /** Levels of single packages by name. */
  readonly byName: ReadonlyMap<string, ChangeLevel>;
}

const LEVELS: readonly ChangeLevel[] = ['patch', 'minor', 'major'];
const NUMBERS = /^[v=]*(?<major>\d+)(?:\.(?<minor>\d+))?/u;

/** The allowance without `--allow`. */
const USUAL_ALLOWANCE: Allowance = { level: 'minor', byName: new Map() };

/** Reads `patch|minor|major[,NAME:LEVEL]`. @throws AssayError `USAGE` */
export function readAllowance(values: readonly string[]): Allowance {
  let { level } = USUAL_ALLOWANCE;
  const byName = new Map<string, ChangeLevel>();
  for (const value of values) {
    const end = value.lastIndexOf(':');
    const word = value.slice(end + 1);
    const found = LEVELS.find((one) => one === word);
    const name = value.slice(0, Math.max(end, 0));
    if (found === undefined || (end >= 0 && name === '')) {
      throw new AssayError('USAGE', `--allow cannot be "${value}"`, {
        hint: 'Write patch, minor or major, and NAME:LEVEL for one package, as in --allow minor,lodash:major.',
      });
    }
    if (end < 0) level = found;
    else byName.set(name, found);
  }
  return { level, byName };
}

/** Returns whether a package may change so much. */
export function allows({ level, byName }: Allowance, name: string, change: ChangeLevel): boolean {
  return LEVELS.indexOf(change) <= LEVELS.indexOf(byName.get(name) ?? level);
}

/**
 * Returns the largest part of a version that differs. A version below 1.0.0 has its major number in
 * the second place.
 */
export function changeBetween(from: string, to: string): ChangeLevel {
  const [a, b] = [NUMBERS.exec(from)?.groups, NUMBERS.exec(to)?.groups];
  if (a === undefined || b === undefined || a['major'] !== b['major']) return 'major';
  if ((a['minor'] ?? '0') === (b['minor'] ?? '0')) return 'patch';
  return a['major'] === '0' ? 'major' : 'minor';
}
