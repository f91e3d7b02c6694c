/**
 * Corrections of published records by the user: a JSON file of the form
 *
 *     { "overrides": [ { "id": "CVE-2024-1", "reason": "…", "withdraw": true } ] }
 *
 * An entry withdraws a record, sets its `severity` (a word or a CVSS vector), or replaces its data
 * for single packages (`affected`, in the form of OSV). `packages` narrows it to some, as
 * `npm/left-pad`. It is found by id or alias, and its reason is shown where it was applied. `owner`
 * and `expires` are those of an exception; the caller that applies the entry checks them.
 */

import { fieldsOf, listOf, parseObject, textOf, type Fields } from '../feeds/fields.ts';
import { affectedOf, ratingsOf, readPackage } from '../feeds/osv-affected.ts';
import { readBoundedFile } from '../../core/base/bounded-file.ts';
import { AssayError, ParseError, errnoOf, errorMessage } from '../../core/base/errors.ts';
import { didYouMean } from '../../core/base/did-you-mean.ts';
import type { Advisory, Affected, Rating } from '../../core/model/advisory/advisory.ts';
import { advisoryNameOf } from '../../core/model/advisory/advisory-name.ts';
import { ECOSYSTEM_IDS, isEcosystem } from '../../core/model/package/ecosystem.ts';

/** A correction of one advisory by the user. */
export interface Override {
  /** In upper case. */
  readonly id: string;
  readonly reason: string;
  /** The person or team responsible for it. */
  readonly owner?: string;
  /** The date or instant until which it counts, as written. */
  readonly until?: string;
  /** `path:entry`, for the report; entries are numbered from 1. */
  readonly from: string;
  readonly isWithdrawn: boolean;
  readonly ratings?: readonly Rating[];
  readonly affected?: readonly Affected[];
  /** `ecosystem/name`; empty: all packages. */
  readonly packages: readonly string[];
}

/** The corrections of a file. */
export interface Overrides {
  /** The path as the user gave it. */
  readonly path: string;
  readonly list: readonly Override[];
}

/** Twenty thousand corrections. */
const MAX_OVERRIDE_BYTES = 4 * 1024 * 1024;
/** The `by` of a severity that a correction sets. */
const OVERRIDE = 'override';

/** No corrections at all. */
export const NO_OVERRIDES: Overrides = { path: '', list: [] };

/** The path of a corrections file, and how it was found. */
export interface OverrideFile {
  /** Absolute. */
  readonly file: string;
  /** For messages and reports. */
  readonly path: string;
  /** See {@link FileBounds.within}; set if no flag names the file. */
  readonly within?: string;
}

/** Reads the corrections; none if there is no file. @throws AssayError `CONFIG_INVALID` */
export async function readOverrides({ file, path, within }: OverrideFile): Promise<Overrides> {
  const bytes = await readIfThere(file, path, within);
  if (bytes === undefined) return NO_OVERRIDES;
  try {
    const { overrides: list, ...others } = parseObject(path, bytes);
    if (!Array.isArray(list)) throw new ParseError(path, 'no list "overrides"');
    const [other] = Object.keys(others);
    if (other !== undefined) throw new ParseError(path, `the unknown key "${other}"`);
    return { path, list: list.map((value, index) => readOverride(path, value, index)) };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new AssayError('CONFIG_INVALID', error.message, {
      hint: 'Each entry has an "id", a "reason", and "withdraw": true, a "severity", or "affected" as in OSV.',
      cause: error,
    });
  }
}

/**
 * Returns the corrected record, or the record itself if no correction applies. `note` is called
 * with each applied correction.
 */
export function applyOverrides(
  advisory: Advisory,
  { path, list }: Overrides,
  note: (message: string) => void,
): Advisory {
  let result = advisory;
  for (const override of list) {
    if (!isOf(override, advisory)) continue;
    result = apply(override, result);
    const what = override.isWithdrawn ? 'withdrawn' : 'corrected';
    note(`${advisory.id} is ${what} by "${path}": ${override.reason}`);
  }
  return result;
}

async function readIfThere(
  file: string,
  path: string,
  within: string | undefined,
): Promise<Uint8Array | undefined> {
  try {
    const bounds = { maxBytes: MAX_OVERRIDE_BYTES, ...(within !== undefined && { within }) };
    return await readBoundedFile(file, bounds);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    const errno = error instanceof AssayError ? undefined : errnoOf(error);
    throw unreadable(path, errno ?? errorMessage(error), error);
  }
}

function unreadable(path: string, reason: string, cause?: unknown): AssayError {
  return new AssayError('CONFIG_INVALID', `cannot read the corrections "${path}": ${reason}`, {
    hint: '--overrides FILE names another file, --overrides none reads none.',
    cause,
  });
}

const KEYS = new Set([
  ...['id', 'reason', 'owner', 'expires', 'withdraw', 'severity', 'affected', 'packages'],
]);

function readOverride(path: string, value: unknown, index: number): Override {
  const fields = fieldsOf(value) ?? {};
  const id = textOf(fields['id']);
  const reason = textOf(fields['reason']);
  const fail = (why: string): ParseError => {
    return new ParseError(path, `entry ${index + 1}${id === undefined ? '' : ` (${id})`}: ${why}`);
  };
  if (id === undefined) throw fail('no "id"');
  if (reason === undefined) throw fail('no "reason"');
  const unknown = Object.keys(fields).find((key) => !KEYS.has(key));
  if (unknown !== undefined) throw fail(`the unknown key "${unknown}"`);
  const isWithdrawn = readWithdrawal(fields, fail);
  const ratings = readSeverity(fields, fail);
  const affected = readAllAffected(fields, fail);
  if (!isWithdrawn && ratings === undefined && affected === undefined)
    throw fail('it changes nothing');
  const [owner, until] = [readText('owner', fields, fail), readText('expires', fields, fail)];
  return {
    id: id.toUpperCase(),
    reason,
    ...(owner !== undefined && { owner }),
    ...(until !== undefined && { until }),
    from: `${path}:${index + 1}`,
    isWithdrawn,
    ...(ratings === undefined ? {} : { ratings }),
    ...(affected === undefined ? {} : { affected }),
    packages: readPackages(fields, fail),
  };
}

type Fail = (why: string) => ParseError;

function readText(key: string, fields: Fields, fail: Fail): string | undefined {
  if (fields[key] === undefined) return undefined;
  const text = textOf(fields[key]);
  if (text === undefined) throw fail(`"${key}" is not a text`);
  return text;
}

function readWithdrawal({ withdraw = false }: Fields, fail: Fail): boolean {
  if (typeof withdraw !== 'boolean') throw fail('"withdraw" is neither true nor false');
  return withdraw;
}

/**
 * Reads the package list of an entry. A value that is no list is refused, because the entry would
 * otherwise apply to all packages.
 */
function readPackages({ packages }: Fields, fail: Fail): readonly string[] {
  if (packages === undefined) return [];
  if (!Array.isArray(packages) || packages.length === 0) {
    throw fail('"packages" is not a list of "ecosystem/name"');
  }
  return packages.map((name: unknown) => {
    const slash = typeof name === 'string' ? name.indexOf('/') : -1;
    if (typeof name !== 'string' || slash < 1 || slash === name.length - 1) {
      throw fail('a package is no "ecosystem/name"');
    }
    const ecosystem = name.slice(0, slash);
    if (isEcosystem(ecosystem)) {
      return `${ecosystem}/${advisoryNameOf(ecosystem, name.slice(slash + 1))}`;
    }
    const near = didYouMean(ecosystem, ECOSYSTEM_IDS);
    const meant = near === undefined ? '' : `; did you mean "${near}"?`;
    throw fail(`the ecosystem of "${name}" is not known${meant}`);
  });
}

function readSeverity({ severity }: Fields, fail: Fail): readonly Rating[] | undefined {
  if (severity === undefined) return undefined;
  const text = textOf(severity);
  if (text === undefined) throw fail('"severity" is neither a word nor a CVSS vector');
  const type = text.includes('/') ? 'CVSS_V3' : 'word';
  const ratings = ratingsOf(OVERRIDE, [{ type, score: text }]);
  const isRead = ratings.every(({ vector, score }) => vector === undefined || score !== undefined);
  if (ratings.length === 0 || !isRead) throw fail(`the severity "${text}" cannot be read`);
  return ratings;
}

function readAllAffected(fields: Fields, fail: Fail): readonly Affected[] | undefined {
  if (fields['affected'] === undefined) return undefined;
  const list = listOf(fields['affected']);
  if (list.length === 0) throw fail('"affected" is not a list of packages as in OSV');
  return list.flatMap((value) => {
    const reading = readPackage(value);
    if ('place' in reading) return affectedOf(reading, OVERRIDE);
    throw fail('rejected' in reading ? reading.rejected : `${reading.skipped} is not known`);
  });
}

/** Returns whether a correction is about an advisory. */
function isOf({ id, packages }: Override, advisory: Advisory): boolean {
  const hasId = [advisory.id, ...advisory.aliases].some((other) => other.toUpperCase() === id);
  if (!hasId) return false;
  return packages.length === 0 || advisory.affected.some((item) => packages.includes(nameOf(item)));
}

function apply(override: Override, advisory: Advisory): Advisory {
  const { packages, ratings, affected = [] } = override;
  const isMeant = (item: Affected): boolean =>
    packages.length === 0 || packages.includes(nameOf(item));
  const kept = advisory.affected.flatMap((item): readonly Affected[] => {
    if (!isMeant(item)) return [item];
    // A record that is read for one package holds the data of that one only.
    const replaced = affected.filter((other) => placeOf(other) === placeOf(item));
    const renewed = replaced.length > 0 ? replaced : [item];
    return ratings === undefined ? renewed : renewed.map((one) => ({ ...one, ratings: [] }));
  });
  const others = kept.filter((item) => !isMeant(item));
  const isGone = override.isWithdrawn && others.length === 0;
  return {
    ...advisory,
    affected: override.isWithdrawn && !isGone ? others : kept,
    ...(ratings === undefined ? {} : { ratings }),
    ...(isGone ? { withdrawnAt: advisory.modifiedAt } : {}),
  };
}

function nameOf({ ecosystem, name }: Affected): string {
  return `${ecosystem}/${name}`;
}

function placeOf(item: Affected): string {
  return `${nameOf(item)}/${item.release ?? ''}`;
}
