/**
 * How long Renovate waits before it proposes a release. Source: docs.renovatebot.com, "Minimum
 * Release Age" and "Configuration options". Presets are not read: what they add is not known,
 * except for those of Renovate that evidently add no waiting time.
 *
 * Reads: `renovate.json`.
 */

import type { JsonObject } from '../../../formats/text/json/json.ts';
import { objectsAt, textAt, textsAt } from './json-texts.ts';

/** What a configuration says about waiting. */
export interface RenovateWaiting {
  readonly isEnabled: boolean;
  /** Days for all updates; absent: it is not set, or set to nothing. */
  readonly days?: number;
  /** The value where it is not understood. */
  readonly unreadValue?: string;
  /** Presets that may add a waiting time. */
  readonly unknownPresets: readonly string[];
  /** Whether rules for some packages set a waiting time. */
  readonly waitsForSome: boolean;
  /**
   * Days of rules that shorten the waiting time of some packages, with the value as it is written.
   */
  readonly shortened: readonly string[];
  /** `strict` is the default: no branch is made before. */
  readonly filter: string;
}

/** Less is no waiting time: the presets of Renovate wait for three days. */
export const LEAST_WAITING_DAYS = 3;

/** Presets of Renovate that are known to add no waiting time, by their names or beginnings. */
const WITHOUT_WAITING =
  /^(?:config:(?:recommended|base|js-app|js-lib|semverAllMonthly|semverAllWeekly)$|default:|:|group:|schedule:|docker:|helpers:|workarounds:|monorepo:|replacements:|mergeConfidence:|customManagers:|regexManagers:|preview:)/u;

/** Reads a configuration. */
export function readWaiting(root: JsonObject): RenovateWaiting {
  const own = ageOf(root);
  const rules = objectsAt(root, 'packageRules').map((rule) => ({
    ...ageOf(rule),
    isGeneral: isGeneral(rule),
  }));
  const general = rules.filter((rule) => rule.isGeneral && rule.value !== undefined).at(-1);
  const { days, value } = general ?? own;
  const special = rules.filter((rule) => !rule.isGeneral && rule.value !== undefined);
  return {
    isEnabled: root['enabled'] !== false,
    ...(days !== undefined && days > 0 && { days }),
    ...(value !== undefined && days === undefined && { unreadValue: value }),
    unknownPresets: textsAt(root, 'extends').filter((one) => !WITHOUT_WAITING.test(one)),
    waitsForSome: special.some((rule) => (rule.days ?? 0) >= LEAST_WAITING_DAYS),
    shortened: special.flatMap((rule) =>
      rule.days !== undefined && rule.days < LEAST_WAITING_DAYS ? [rule.value ?? ''] : [],
    ),
    filter: textAt(root, 'internalChecksFilter') ?? 'strict',
  };
}

interface Age {
  /** As it is written; absent: it is not set. */
  readonly value?: string;
  /** Absent where the value is not understood. */
  readonly days?: number;
}

function ageOf(of: JsonObject): Age {
  const age = of['minimumReleaseAge'];
  if (age === null) return { value: 'null', days: 0 };
  if (typeof age === 'string') {
    const days = daysOf(age);
    return { value: age.slice(0, 100), ...(days !== undefined && { days }) };
  }
  // The name of earlier versions, in days.
  const old = of['stabilityDays'];
  return typeof old === 'number' ? { value: `${old} days`, days: old } : {};
}

const HOURS: ReadonlyMap<string, number> = new Map([
  ['m', 1 / 60],
  ['h', 1],
  ['d', 24],
  ['w', 168],
  ['M', 720],
  ['y', 8760],
]);
const AGE =
  /^(?<count>\d+(?:\.\d+)?)\s*(?:(?<m>m|mins?|minutes?)|(?<h>h|hrs?|hours?)|(?<d>d|days?)|(?<w>w|weeks?)|(?<M>months?)|(?<y>y|years?))$/iu;

/** Returns the days of a text such as `3 days`; `undefined` for what is not one span of time. */
function daysOf(text: string): number | undefined {
  const groups = AGE.exec(text.trim())?.groups;
  if (groups === undefined) return undefined;
  const unit = [...HOURS].find(([name]) => groups[name] !== undefined);
  return unit === undefined ? undefined : (Number(groups['count']) * unit[1]) / 24;
}

/** A rule without a condition, or for all names, is for all packages. */
function isGeneral(rule: JsonObject): boolean {
  const conditions = Object.keys(rule).filter((key) => /^(?:match|exclude)/u.test(key));
  if (conditions.length === 0) return true;
  const names = textsAt(rule, 'matchPackageNames');
  return conditions.length === 1 && names.some((one) => /^\*{1,2}$/u.test(one));
}
