/**
 * A `yarn.lock` as entries and as text, and the assignment of ranges to other entries.
 *
 * Source: the files that Yarn 1 and Yarn 2 to 4 write. In both, the key of an entry lists the
 * ranges that the entry answers; Yarn keeps this answer as long as a manifest has the range.
 *
 * Reads: `yarn.lock`.
 */

import { groupBy } from '../../../../core/base/maps.ts';
import { readYarnEntries, type YarnEntry } from '../../../../formats/text/yarn-entries.ts';
import type { Move } from '../../plan.ts';
import { accepts } from '../javascript/range-text.ts';

/** One entry. */
export interface YarnPackage {
  /** The name of the package in its registry, which an alias does not have. */
  readonly name: string;
  readonly version: string;
  readonly entry: YarnEntry;
  /** The directory of a member of the workspace; absent for packages. */
  readonly member?: string;
}

/** A lockfile. */
export interface YarnFile {
  readonly text: string;
  /** Whether Yarn 2 or newer wrote it. */
  readonly isBerry: boolean;
  /** Fields of `__metadata`. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly packages: readonly YarnPackage[];
}

const METADATA = '__metadata';
const SPEC = /^(?<name>(?:@[^/@\s]+\/)?[^/@\s]+)(?:@(?<range>.*))?$/u;
const ALIAS = /^npm:(?<spec>(?:@[^/@\s]+\/)?[A-Za-z_][^@\s]*(?:@.*)?|@[^/@\s]+\/[^@\s]+(?:@.*)?)$/u;
const WORKSPACE = /^workspace:(?<folder>.*)$/u;

/** Splits `name@range`. */
export function splitSpec(spec: string): { readonly name: string; readonly range: string } {
  const groups = SPEC.exec(spec)?.groups;
  return { name: groups?.['name'] ?? spec, range: groups?.['range'] ?? '' };
}

/** Returns a range without the protocol `npm:`, unless it is an alias. */
export function plainRange(range: string): string {
  return /^npm:(?:[\d^~<>=*|\s-]|v\d|x(?:\.|$))/u.test(range) ? range.slice('npm:'.length) : range;
}

/** Reads a lockfile. */
export function readYarnFile(bytes: Uint8Array): YarnFile {
  const text = new TextDecoder().decode(bytes);
  const { entries } = readYarnEntries(text);
  const metadata = entries.find(({ specs }) => specs[0] === METADATA);
  const packages = entries.filter((entry) => entry !== metadata).map(packageOf);
  return {
    text,
    isBerry: metadata !== undefined,
    metadata: metadata?.fields ?? new Map<string, string>(),
    packages,
  };
}

function packageOf(entry: YarnEntry): YarnPackage {
  const version = entry.fields.get('version') ?? '';
  const { name, range } = splitSpec(entry.fields.get('resolution') ?? entry.specs[0] ?? '');
  const folder = WORKSPACE.exec(range)?.groups?.['folder'];
  if (folder !== undefined) {
    return { name, version, entry, member: folder === '.' ? '' : folder };
  }
  const alias = ALIAS.exec(range)?.groups?.['spec'];
  return { name: alias === undefined ? name : splitSpec(alias).name, version, entry };
}

/**
 * Returns the text of a lockfile in which the new version of each move answers the ranges that the
 * old version answered, and ranges that are new. Ranges that do not accept the new version stay,
 * unless an override replaces them.
 *
 * @param before The lockfile before the steps.
 * @param now A lockfile that has an entry for each new version.
 * @param overridden Names of packages that the steps override.
 */
export function assignRanges(
  before: YarnFile,
  now: YarnFile,
  moves: readonly Move[],
  overridden: ReadonlySet<string>,
): string {
  const known = new Set(before.packages.flatMap(({ entry }) => entry.specs));
  const owners = new Map(
    now.packages.flatMap((pkg) => pkg.entry.specs.map((spec) => [spec, pkg] as const)),
  );
  for (const { name, from, to } of moves) {
    const target = now.packages.find((pkg) => pkg.name === name && pkg.version === to);
    if (to === undefined || target === undefined) continue;
    const old = new Set(
      before.packages
        .filter((pkg) => pkg.name === name && pkg.version === from)
        .flatMap(({ entry }) => entry.specs),
    );
    for (const [spec, pkg] of owners) {
      const isOther = pkg.name !== name || pkg.member !== undefined;
      if (isOther || (known.has(spec) && !old.has(spec))) continue;
      const isReplaced = overridden.has(name) && old.has(spec);
      if (isReplaced || accepts(plainRange(splitSpec(spec).range), to)) owners.set(spec, target);
    }
  }
  const specs = groupBy(owners.keys(), (spec) => owners.get(spec));
  return withSpecs(now, specs);
}

/** Writes the keys anew. Entries without ranges are left out. */
function withSpecs(
  { text, isBerry, packages }: YarnFile,
  specs: ReadonlyMap<YarnPackage | undefined, readonly string[]>,
): string {
  const lines = text.split('\n');
  const starts = packages.map(({ entry }) => entry.line - 1);
  const head = lines.slice(0, starts[0] ?? lines.length);
  const blocks = packages.flatMap((pkg, index) => {
    const own = specs.get(pkg) ?? [];
    if (own.length === 0) return [];
    const start = starts[index] ?? 0;
    // A long key has its colon on the next line.
    const isLong = lines[start]?.startsWith('? ') === true;
    const body = lines.slice(start + (isLong ? 2 : 1), starts[index + 1] ?? lines.length);
    const quoted = own.map((spec) => JSON.stringify(spec)).join(', ');
    return [
      `${isBerry ? JSON.stringify(own.join(', ')) : quoted}:`,
      ...bodyOf(body, isLong, lines[start + 1]),
    ];
  });
  return [...head, ...blocks].join('\n');
}

/** The colon of a long key can be followed by the first field. */
function bodyOf(body: readonly string[], isLong: boolean, colon = ''): readonly string[] {
  const first = isLong ? colon.replace(/^:/u, ' ') : '';
  return first.trim() === '' ? body : [first, ...body];
}
