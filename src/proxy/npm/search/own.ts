/** Packages of this registry in searches: those that are published here, and those that are stored. */

import { compareText } from '../../../base/compare.ts';
import { isJsonArray, isJsonObject, readStrings, type JsonObject } from '../../../format/json.ts';
import type { NpmService } from '../service.ts';
import { meetsQuery, type Searched, type SearchQuery } from './query.ts';

/** A package that a search has found. */
export interface FoundPackage extends Searched {
  readonly version: string;
  /** ISO 8601. Absent: it is not known. */
  readonly date?: string;
  readonly links: Readonly<Record<string, string>>;
}

/** Texts of publishers reach terminals. */
const MAX_DESCRIPTION = 300;
const MAX_KEYWORDS = 50;

/**
 * Returns the package with the newest version that the policy serves; `undefined` if it serves none, or is not stored. Nothing is
 * asked of an uplink.
 */
export async function storedPackage(
  name: string,
  service: Pick<NpmService, 'storedView' | 'manifest'>,
): Promise<FoundPackage | undefined> {
  const view = await service.storedView(name);
  const version = view?.tags.get('latest');
  if (view === undefined || version === undefined) return undefined;
  const manifest = await service.manifest(view, version);
  if (manifest === undefined) return undefined;
  return describe(name, version, manifest);
}

/** Reads what searches show of a manifest. */
export function describe(name: string, version: string, manifest: JsonObject): FoundPackage {
  const {
    description = '',
    date,
    homepage,
  } = readStrings(manifest, [...(['description', 'date', 'homepage'] as const)]);
  const { keywords, _npmUser: user, publisher } = manifest;
  const { name: by, username } = readStrings(isJsonObject(user) ? user : publisher, [
    ...(['name', 'username'] as const),
  ]);
  return {
    name,
    version,
    description: description.slice(0, MAX_DESCRIPTION),
    keywords: (isJsonArray(keywords) ? keywords : [])
      .filter((one) => typeof one === 'string')
      .slice(0, MAX_KEYWORDS),
    publisher: username ?? by ?? '',
    ...(date !== undefined && !Number.isNaN(Date.parse(date)) && { date }),
    links: homepage !== undefined && /^https?:/u.test(homepage) ? { homepage } : {},
  };
}

/** What own packages are found by. */
export interface OwnPackages {
  readonly service: Pick<NpmService, 'storedView' | 'manifest' | 'storedNames'>;
  /** Names of packages that are published here. */
  readonly hostedNames: () => Promise<readonly string[]>;
}

/** Packages that are looked through, so that a search ends. */
const MAX_SEARCHED = 5000;

/**
 * Finds packages of this registry: first those that are published here, then stored ones, each by name. Published ones are found by
 * description and keywords too. Stored ones are found by their names alone, because their documents are long.
 */
export async function findOwn(
  query: SearchQuery,
  { service, hostedNames }: OwnPackages,
): Promise<readonly FoundPackage[]> {
  const hosted = [...(await hostedNames())].sort(compareText).slice(0, MAX_SEARCHED);
  const isHosted = new Set(hosted);
  const { text, words, scope, size, from } = query;
  const nameQuery = {
    text,
    words,
    keywords: [],
    ...(scope !== undefined && { scope }),
    size,
    from,
  };
  const byName = (name: string): boolean =>
    meetsQuery(nameQuery, { name, description: '', keywords: [], publisher: '' });
  const stored = (await service.storedNames()).filter(
    (name) => !isHosted.has(name) && byName(name),
  );
  const found: FoundPackage[] = [];
  for (const name of [...hosted, ...stored.sort(compareText).slice(0, MAX_SEARCHED)]) {
    const one = await storedPackage(name, service);
    if (one !== undefined && meetsQuery(query, one)) found.push(one);
    if (found.length >= MAX_FOUND) break;
  }
  return found;
}

/** More than any client pages through. */
const MAX_FOUND = 1000;
