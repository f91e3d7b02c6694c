/** Whether the name of a package imitates a well-known one, and by which edit. Pure. */

import { foldAlike } from './look-alikes.ts';
import {
  MAX_NAME_LENGTH,
  canonicalName,
  compactOf,
  nameForm,
  partsOf,
  type NameForm,
  type NameSpace,
} from './name-form.ts';
import { halfKeys, partsKey, skeletonKey } from './name-keys.ts';
import type { KnownName, NameList } from './name-list.ts';
import { singleEdit, type LetterEdit } from './single-edit.ts';

/** How a name differs from the one that it imitates. */
export type NameEdit =
  | LetterEdit
  | 'separators'
  | 'swapped parts'
  | 'repeated part'
  | 'scope in the name'
  | 'version in the name'
  | 'name of another registry';

/** A well-known name that a name imitates. */
export interface Imitation {
  /** The well-known name, as its registry writes it. */
  readonly neighbor: string;
  /** The kind of the well-known name: another one for `name of another registry`. */
  readonly space: NameSpace;
  readonly edit: NameEdit;
}

/** The names that a name is compared with. */
export interface ComparedNames {
  readonly own: NameList;
  /** Famous names of other kinds by their canonical form. */
  readonly foreign: ReadonlyMap<string, { readonly name: string; readonly space: NameSpace }>;
}

/**
 * The least length of a well-known name, in letters and digits, for which an edit of a weight is
 * reported: short names are near to one another by chance. `docs/decisions/` has the measurement.
 */
const LENGTHS: readonly (readonly [weight: number, length: number])[] = [
  [0.2, 4],
  [0.4, 4],
  [0.6, 5],

  [0.8, 5],
  [1, 6],
];
/** Names of which nothing but separators or the order of parts differs. */
const MIN_COMPACT = 4;
const REPEATED = /(?<letter>.)\k<letter>+/gu;
const VERSION = /[-_.]?v?\d{1,4}(?:[-_.]\d{1,4}){0,3}$/u;

/**
 * Returns the well-known name that a name imitates; `undefined` for names that are well-known
 * themselves, that belong to the owner of a well-known name, or that resemble none.
 */
export function findImitation(
  name: string,
  { own, foreign }: ComparedNames,
): Imitation | undefined {
  if (name.length > MAX_NAME_LENGTH) return undefined;
  if (own.known.has(canonicalName(own.space, name))) return undefined;
  const form = nameForm(own.space, name);
  if (form.owner !== '' && own.owners.has(form.owner)) return undefined;
  const found = nearName(form, own);
  if (found !== undefined) {
    return { neighbor: found.target.name, space: own.space, edit: found.edit };
  }
  const other = foreign.get(form.canonical);
  return other && { neighbor: other.name, space: other.space, edit: 'name of another registry' };
}

interface Found {
  readonly target: KnownName;
  readonly edit: NameEdit;
}

function nearName(form: NameForm, list: NameList): Found | undefined {
  return (
    sameLetters(form, list) ??
    withVersion(form, list) ??
    oneEdit(form, list) ??
    samePartsOf(form, list) ??
    withRepeatedPart(form, list)
  );
}

/** Names with the same letters, but for separators, doubled letters and those that look alike. */
function sameLetters(form: NameForm, list: NameList): Found | undefined {
  const { compact } = form;
  if (compact.length < MIN_COMPACT) return undefined;
  const target = list.byCompact.get(compact) ?? withSkeleton(compact, list);
  if (target === undefined || !isComparable(form, target)) return undefined;
  if (target.compact === compact) {
    const isScope = target.owner.startsWith('@') && form.owner === '';
    return { target, edit: isScope ? 'scope in the name' : 'separators' };
  }
  const isAlike = foldAlike(compact) === foldAlike(target.compact);
  return { target, edit: isAlike ? 'look-alike letter' : 'repeated letter' };
}

function withSkeleton(compact: string, list: NameList): KnownName | undefined {
  const target = list.bySkeleton.get(skeletonKey(compact));
  if (target === undefined) return undefined;
  const plain = (text: string): string => foldAlike(text).replaceAll(REPEATED, '$<letter>');
  return plain(target.compact) === plain(compact) ? target : undefined;
}

function oneEdit(form: NameForm, list: NameList): Found | undefined {
  const { compact } = form;
  let best: Near | undefined;
  for (let length = compact.length - 1; length <= compact.length + 1; length += 1) {
    for (const key of halfKeys(compact, length)) {
      for (const target of list.withHalf(key)) {
        const found = singleEdit(compact, target.compact);
        if (found === undefined || (best && !isNearer({ target, ...found }, best))) continue;
        if (!isComparable(form, target) || !isLongEnough(target, found.weight)) continue;
        best = { target, ...found };
      }
    }
  }
  return best && { target: best.target, edit: best.edit };
}

interface Near extends Found {
  readonly weight: number;
}

/** Of names that are equally near, the better known one counts. */
function isNearer(one: Near, other: Near): boolean {
  return one.weight === other.weight
    ? one.target.rank < other.target.rank
    : one.weight < other.weight;
}

/** Below an owner, the rest must be the same: only then does the owner imitate another one. */
function isComparable(form: NameForm, target: KnownName): boolean {
  if (form.owner === '') return true;
  return target.owner !== '' && target.owner !== form.owner && restOf(target) === restOf(form);
}

function restOf({ canonical, owner }: NameForm): string {
  return canonical.slice(owner.length);
}

function isLongEnough({ owner, compact }: KnownName, weight: number): boolean {
  const length = owner === '' ? compact.length : owner.length;
  return LENGTHS.some(([most, least]) => weight <= most && length >= least);
}

function samePartsOf(form: NameForm, list: NameList): Found | undefined {
  if (form.owner !== '') return undefined;
  const key = partsKey(form.canonical);
  const target = key === undefined ? undefined : list.byParts.get(key);
  if (target === undefined || sorted(target.canonical) !== sorted(form.canonical)) return undefined;
  return { target, edit: 'swapped parts' };
}

function sorted(canonical: string): string {
  return [...partsOf(canonical)].sort().join(' ');
}

/** Names that are a well-known one with a version behind it. */
function withVersion({ owner, canonical }: NameForm, list: NameList): Found | undefined {
  const plain = owner === '' ? canonical.replace(VERSION, '') : canonical;
  if (plain === canonical || compactOf(plain).length < MIN_COMPACT) return undefined;
  const target = list.byCompact.get(compactOf(plain));
  return target && { target, edit: 'version in the name' };
}

/** Names that are a well-known one with a part, or the whole, twice. */
function withRepeatedPart({ owner, canonical }: NameForm, list: NameList): Found | undefined {
  if (owner !== '') return undefined;
  const parts = partsOf(canonical);
  const once = parts.filter((part, index) => part !== parts[index - 1]);
  const half = canonical.slice(0, canonical.length / 2);
  const isTwice = half.length >= MIN_COMPACT && half + half === canonical;
  if (once.length === parts.length && !isTwice) return undefined;
  const target = list.byCompact.get(isTwice ? compactOf(half) : once.join(''));
  return target && { target, edit: 'repeated part' };
}
