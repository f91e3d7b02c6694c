/**
 * Packages of this registry in searches: those that are published here, and those that are stored.
 */

import { compareText } from '../../../core/base/compare.ts';
import { stripControl } from '../../../core/base/strip-control.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
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
 * Returns the package with the newest version that the policy serves; `undefined` if it serves
 * none, or is not stored. Nothing is asked of an uplink.
 */
async function storedPackage(
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
    description: stripControl(description.slice(0, MAX_DESCRIPTION)),
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

/** Published packages that are looked through, so that a search ends. */
const MAX_SEARCHED = 2000;

/** The own packages that a search finds. */
export interface OwnResults {
  readonly total: number;
  readonly names: ReadonlySet<string>;
  /**
   * Returns those of a page. It can have fewer than `size`, because stored packages can be hidden.
   */
  page(from: number, size: number): Promise<readonly FoundPackage[]>;
}

/**
 * Finds packages of this registry: first those that are published here, then stored ones, each by
 * name. Published ones are found by description and keywords too. Stored ones are found by their
 * names alone, and only those of a page are read, because their documents are long.
 */
export async function findOwn(
  query: SearchQuery,
  { service, hostedNames }: OwnPackages,
): Promise<OwnResults> {
  const hosted = [...(await hostedNames())].sort(compareText);
  const published: FoundPackage[] = [];
  for (const name of hosted.slice(0, MAX_SEARCHED)) {
    const one = await storedPackage(name, service);
    if (one !== undefined && meetsQuery(query, one)) published.push(one);
  }
  const isHosted = new Set(hosted);
  const stored = (await service.storedNames())
    .filter((name) => !isHosted.has(name) && meetsByName(query, name))
    .sort(compareText);
  return {
    total: published.length + stored.length,
    names: new Set([...published.map(({ name }) => name), ...stored]),
    page: async (from, size) => {
      const shown = published.slice(from, from + size);
      const start = Math.max(0, from - published.length);
      const found: FoundPackage[] = [];
      for (const name of stored.slice(start, start + size - shown.length)) {
        const one = await storedPackage(name, service);
        if (one !== undefined) found.push(one);
      }
      return [...shown, ...found];
    },
  };
}

/** Keywords and publishers are in the document. */
function meetsByName({ words, keywords, scope, publisher }: SearchQuery, name: string): boolean {
  if (keywords.length > 0 || publisher !== undefined) return false;
  const lower = name.toLowerCase();
  return (
    words.every((word) => lower.includes(word)) &&
    (scope === undefined || lower.startsWith(`${scope}/`))
  );
}
