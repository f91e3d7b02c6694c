/** The files that changed an outcome without being named by a flag, and their effects. */

import { compareKeys } from '../../core/base/compare.ts';
import type { ImplicitFile, Suppressed } from '../../core/model/report/report.ts';

/** A file of the working directory that was read without a flag. */
export interface ImplicitSource {
  /** Its name, relative to the working directory; `from` of its entries begins with it. */
  readonly path: string;
  readonly kind: Exclude<ImplicitFile['kind'], 'comments'>;
  /** For a configuration: the settings that affect the verdict. */
  readonly settings?: readonly ImplicitSetting[];
}

/** A setting that comes from a file which no flag names. */
export interface ImplicitSetting {
  /** Name of the flag. */
  readonly name: string;
  /** The position, as in `assay.yaml:3`. */
  readonly where: string;
}

/** The parts of a decision that files may have changed. */
export interface DecisionEffects {
  readonly suppressed: readonly Suppressed[];
  /** Findings that corrections changed and did not remove. */
  readonly changedCount: number;
  /** Findings that `--severity` keeps from the gate. */
  readonly filteredCount: number;
  /** Findings that `failure-threshold` of hadolint keeps from the gate. */
  readonly belowThresholdCount: number;
}

/** The kinds of suppression that each setting causes. */
const BY_SETTING: ReadonlyMap<string, Suppressed['by']> = new Map<string, Suppressed['by']>([
  ['ignore-unfixed', 'unfixed'],
  ['ignore-status', 'status'],
  ['ignorefile', 'ignore'],
  ['vex', 'vex'],
  ['overrides', 'override'],
]);

/** Returns the files with comments that set findings aside, in the order of their paths. */
export function commentedFiles(suppressed: readonly Suppressed[]): readonly ImplicitFile[] {
  const counts = new Map<string, number>();
  for (const { by, from = '' } of suppressed) {
    if (by !== 'comment') continue;
    const path = from.slice(0, from.lastIndexOf(':'));
    counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return [...counts]
    .sort(compareKeys)
    .map(([path, removedCount]) => ({ path, kind: 'comments', removedCount }));
}

type Reader = (source: ImplicitSource, effects: DecisionEffects) => ImplicitFile | undefined;

const READERS: Readonly<Record<ImplicitSource['kind'], Reader>> = {
  configuration: ofSettings,
  exceptions: ofEntries,
  corrections: ofEntries,
  trust: ofTrust,
};

/** Returns the sources that changed something, in their order. */
export function implicitFiles(
  sources: readonly ImplicitSource[],
  effects: DecisionEffects,
): readonly ImplicitFile[] {
  return sources.flatMap((source) => {
    const file = READERS[source.kind](source, effects);
    return file === undefined ? [] : [file];
  });
}

/** A trust file bears on each verdict that it is read for, whether it removes findings or not. */
function ofTrust(
  { path, kind }: ImplicitSource,
  { suppressed }: DecisionEffects,
): ImplicitFile | undefined {
  // A statement of a file begins with its path, and an attested one with its quoted place.
  const attested = suppressed.filter(({ by, from }) => by === 'vex' && from?.startsWith('"'));
  return { path, kind, removedCount: attested.length };
}

function ofEntries(
  { path, kind }: ImplicitSource,
  { suppressed, changedCount }: DecisionEffects,
): ImplicitFile | undefined {
  const removedCount = suppressed.filter(
    ({ by, from }) => by !== 'comment' && from?.startsWith(`${path}:`) === true,
  ).length;
  const changed = kind === 'corrections' ? changedCount : 0;
  if (removedCount === 0 && changed === 0) return undefined;
  return { path, kind, removedCount, ...(changed > 0 && { changedCount: changed }) };
}

function ofSettings(
  { path, kind, settings = [] }: ImplicitSource,
  { suppressed, filteredCount, belowThresholdCount, changedCount }: DecisionEffects,
): ImplicitFile | undefined {
  if (settings.length === 0) return undefined;
  const names = new Set(settings.map(({ name }) => name));
  const ways = new Set([...names].map((name) => BY_SETTING.get(name)));
  const setAside = suppressed.filter(({ by }) => ways.has(by)).length;
  const changed = names.has('overrides') ? changedCount : 0;
  return {
    path,
    kind,
    removedCount:
      setAside +
      (names.has('severity') ? filteredCount : 0) +
      (names.has('failure-threshold') ? belowThresholdCount : 0),
    ...(changed > 0 && { changedCount: changed }),
    settings: settings.map(({ name, where }) => `${name} (${where})`),
  };
}
