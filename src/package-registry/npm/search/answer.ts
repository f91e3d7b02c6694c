/**
 * Answers `npm search`: own packages, and those that uplinks find. Packages that the policy hides
 * are not shown.
 *
 * Source: npm registry API, `GET /-/v1/search`. An uplink that has no search, or that fails, adds
 * nothing. A search that has a private name or scope in it is not sent to an uplink.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError, errorMessage } from '../../../core/base/errors.ts';
import { inParallel } from '../../../core/base/parallel.ts';
import {
  isJsonArray,
  isJsonObject,
  readJson,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { jsonAnswer, type RegistryAnswer } from '../../answer.ts';
import { fetchDocument, type UplinkOptions } from '../../uplink.ts';
import { isNpmName, isNpmVersion } from '../names.ts';
import type { NpmService } from '../service.ts';
import { describe, findOwn, type FoundPackage, type OwnPackages } from './own.ts';
import { namesPrivate, readSearchQuery, type SearchQuery } from './query.ts';

/** How searches are answered. */
export interface SearchAnswering extends OwnPackages {
  readonly service: NpmService;
  readonly isPrivate: (name: string) => boolean;
  readonly uplinks: UplinkOptions;
  readonly context: Context;
}

/** Answers a search. `target` has its query. */
export async function answerSearch(
  target: string,
  answering: SearchAnswering,
): Promise<RegistryAnswer> {
  const query = readSearchQuery(target);
  const { size, from } = query;
  const own = await findOwn(query, answering);
  const shown = await own.page(from, size);
  const rest = {
    size: Math.max(0, size - Math.max(0, own.total - from)),
    from: Math.max(0, from - own.total),
  };
  const others = await findElsewhere({ ...query, ...rest }, own.names, answering);
  const found = [...shown, ...others.found];
  const { now } = answering.context;
  return jsonAnswer(200, {
    objects: found.map(rowOf),
    total: own.total + others.total,
    time: new Date(now()).toISOString(),
  });
}

/** All have the same score, so that clients keep the order. */
const SCORE = { final: 1, detail: { quality: 1, popularity: 1, maintenance: 1 } };

function rowOf({ name, publisher, ...found }: FoundPackage): object {
  const scope = name.startsWith('@') ? name.slice(1, name.indexOf('/')) : 'unscoped';
  return {
    package: {
      name,
      scope,
      ...found,
      publisher: { username: publisher },
      maintainers: publisher === '' ? [] : [{ username: publisher }],
    },
    score: SCORE,
    searchScore: 1,
  };
}

interface Elsewhere {
  readonly found: readonly FoundPackage[];
  /** As the uplink counts them. */
  readonly total: number;
}

const NOTHING: Elsewhere = { found: [], total: 0 };
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const WIDTH = 4;
/** Any name that is not private has the same uplinks. */
const ANY_NAME = 'search';

/** Asks the first uplink that has a search. */
async function findElsewhere(
  query: SearchQuery,
  known: ReadonlySet<string>,
  answering: SearchAnswering,
): Promise<Elsewhere> {
  const { isPrivate, uplinks, context } = answering;
  if (context.fetch === undefined || query.size === 0 || namesPrivate(query, isPrivate))
    return NOTHING;
  for (const registry of uplinks.registriesOf(ANY_NAME)) {
    try {
      const answer = await fetchDocument(
        addressOf(registry, query),
        { accept: 'application/json', maxBytes: MAX_ANSWER_BYTES, known: undefined },
        uplinks,
        context,
      );
      if (answer === undefined || answer === 'unchanged') continue;
      const { objects, total } = readJson('the answer', answer.bytes);
      const rows = isJsonArray(objects) ? objects.slice(0, query.size).flatMap(readRow) : [];
      const others = rows.filter(({ name }) => !known.has(name) && !isPrivate(name));
      const visible: (FoundPackage | undefined)[] = others.map(() => undefined);
      await inParallel(WIDTH, [...others.entries()], async ([index, one]) => {
        visible[index] = await visiblePackage(one, answering);
      });
      return {
        found: visible.filter((one) => one !== undefined),
        total: typeof total === 'number' && total >= 0 ? Math.floor(total) : others.length,
      };
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      context.log.debug(`search: ${registry.host}: ${errorMessage(error)}`);
    }
  }
  return NOTHING;
}

function addressOf(registry: URL, { text, size, from }: SearchQuery): URL {
  const url = new URL('-/v1/search', registry);
  url.search = new URLSearchParams({ text, size: String(size), from: String(from) }).toString();
  return url;
}

function readRow(row: JsonValue): readonly FoundPackage[] {
  const found = isJsonObject(row) ? row['package'] : undefined;
  if (!isJsonObject(found)) return [];
  const { name, version } = found;
  if (typeof name !== 'string' || typeof version !== 'string') return [];
  return isNpmName(name) && isNpmVersion(version) ? [describe(name, version, found)] : [];
}

/** The package with a version that is served; `undefined` if there is none. */
async function visiblePackage(
  found: FoundPackage,
  { service, context }: SearchAnswering,
): Promise<FoundPackage | undefined> {
  const { name, version, date } = found;
  const listed = { version, ...(date !== undefined && { publishedAt: Date.parse(date) }) };
  if (await service.isShown(name, listed)) return found;
  try {
    // An older version may be allowed.
    const newest = (await service.view(name))?.tags.get('latest');
    return newest === undefined ? undefined : { ...found, version: newest };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    context.log.debug(`search: ${name}: ${errorMessage(error)}`);
    return undefined;
  }
}
