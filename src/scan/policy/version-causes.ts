/** Causes of decisions by the license of a version and the people who publish it. */

import { compileGlobs } from '../../core/base/glob.ts';
import { pluralize } from '../../core/base/pluralize.ts';
import { evaluateLicenses } from './license-expression.ts';
import type { PackageRule } from './package-policy.ts';
import type { DecisionCause, Publication, VersionFacts } from './version-facts.ts';

/** An hour in milliseconds. */
export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Makes a cause. `text` is a sentence without a period. */
export function cause({ kind, action, reason }: PackageRule, text: string): DecisionCause {
  return { rule: kind, action, text: reason === undefined ? text : `${text}; ${reason}` };
}

/** Returns a duration in whole days; in hours below two days. */
export function durationText(ms: number): string {
  if (ms < 2 * DAY_MS) return pluralize(Math.floor(ms / HOUR_MS), 'hour');
  return pluralize(Math.floor(ms / DAY_MS), 'day');
}

/** The name for a version that states no license. */
const UNKNOWN_LICENSE = 'unknown';
/** Texts of publishers in a cause. */
const MAX_LICENSE_TEXT = 100;

/**
 * `denied-licenses`: the version cannot be used without one of these licenses. `allowed-licenses`:
 * it cannot be used under these alone. A version whose licenses are not known yet meets neither.
 */
export function licenseCauses(
  rule: PackageRule,
  { licenses: found }: VersionFacts,
): readonly DecisionCause[] {
  if (found === undefined) return [];
  const stated = found.filter((license) => license.trim() !== '');
  const isOne = matcherOf(rule);
  const answers = (stated.length === 0 ? [UNKNOWN_LICENSE] : stated).map((license) =>
    evaluateLicenses(license, isOne),
  );
  const isMet =
    rule.kind === 'denied-licenses'
      ? answers.some(({ isBound }) => isBound)
      : !answers.every(({ isCovered }) => isCovered);
  if (!isMet) return [];
  const verdict = rule.kind === 'denied-licenses' ? 'is denied' : 'is not one of those allowed';
  const text = stated.join(', ').slice(0, MAX_LICENSE_TEXT);
  return [
    cause(rule, stated.length === 0 ? 'it states no license' : `its license ${text} ${verdict}`),
  ];
}

const matchers = new WeakMap<PackageRule, (license: string) => boolean>();

/** Returns the matcher of a rule, compiled once. Licenses are in lower case. */
function matcherOf(rule: PackageRule): (license: string) => boolean {
  const known = matchers.get(rule);
  if (known !== undefined) return known;
  const matcher = compileGlobs((rule.licenses ?? []).map((pattern) => pattern.toLowerCase()));
  matchers.set(rule, matcher);
  return matcher;
}

/**
 * Compares the people of a version that is younger than the age of the rule with those of the
 * newest version that is older; if there is none, with the first version. A trusted publisher is no
 * change of people.
 */
export function maintainerCauses(
  rule: PackageRule,
  { publication, publications = [] }: VersionFacts,
  { now, times }: { readonly now: number; readonly times: number[] },
): readonly DecisionCause[] {
  if (publication === undefined) return [];
  const { publishedAt } = publication;
  const oldest = now - (rule.minAgeMs ?? 0);
  if (publishedAt !== undefined) {
    if (publishedAt <= oldest) return [];
    times.push(publishedAt + (rule.minAgeMs ?? 0));
  }
  const settled = publications.filter((one) => (one.publishedAt ?? now) <= oldest);
  const [first] = publications;
  const before = settled.at(-1) ?? first;
  if (before === undefined || before.version === publication.version) return [];
  const texts = changesOf(publication, before, settled);
  return texts.length === 0 ? [] : [cause(rule, texts.join(', and '))];
}

function changesOf(
  { publisher, maintainers, isByTrustedPublisher }: Publication,
  before: Publication,
  settled: readonly Publication[],
): readonly string[] {
  const texts: string[] = [];
  const known = new Set(before.maintainers);
  for (const one of [before, ...settled]) if (one.publisher !== undefined) known.add(one.publisher);
  if (!isByTrustedPublisher && publisher !== undefined && !known.has(publisher)) {
    texts.push(`it was published by ${nameText(publisher)}, who has published no older version`);
  }
  if (maintainers === undefined || before.maintainers === undefined) {
    if (maintainers !== before.maintainers || publisher === undefined) {
      texts.push('its maintainers cannot be compared with those of older versions');
    }
    return texts;
  }
  const older = new Set(before.maintainers);
  const newer = new Set(maintainers);
  const added = maintainers.filter((name) => !older.has(name));
  const removed = before.maintainers.filter((name) => !newer.has(name));
  if (added.length + removed.length === 0) return texts;
  const parts = [
    ...(added.length > 0 ? [`${namesText(added)} new`] : []),
    ...(removed.length > 0 ? [`${namesText(removed)} gone`] : []),
  ];
  texts.push(`its maintainers differ from those of ${before.version}: ${parts.join(', ')}`);
  return texts;
}

/** Names in a cause. */
const MAX_NAMES = 3;
const MAX_NAME_TEXT = 64;

function namesText(names: readonly string[]): string {
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return `${names.slice(0, MAX_NAMES).map(nameText).join(', ')}${more}`;
}

function nameText(name: string): string {
  return name.slice(0, MAX_NAME_TEXT);
}
