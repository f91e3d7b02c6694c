/**
 * Changes of the document of a published package. Each returns a new document with a new revision.
 *
 * `time` has an entry for each version that was ever published. A version that was removed cannot
 * be published again, so that nobody gets other bytes under a version that was used before.
 */

import { createHash } from 'node:crypto';

import { AssayError } from '../../../core/base/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../formats/text/json/json.ts';
import { compareVersions } from '../../../core/version/index.ts';
import type { Publication } from './publication.ts';

/** When a document changes, and by whom. */
export interface EditBy {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** The name of the token. */
  readonly by: string;
}

/** Members of the document that are taken from the manifest of the newest version. */
const FROM_MANIFEST = [
  ...['description', 'author', 'contributors', 'keywords', 'repository', 'homepage', 'bugs'],
  'license',
];

/**
 * Returns the version that was published before and counts as the same one; `undefined` if it is
 * new.
 */
export function publishedBefore(
  document: JsonObject | undefined,
  version: string,
): string | undefined {
  const known = [...Object.keys(member(document, 'time')), ...versionsOf(document).keys()];
  return known.find(
    (one) =>
      one === version ||
      (one !== 'created' && one !== 'modified' && compareVersions('npm', one, version) === 0),
  );
}

/** Adds a version. The caller has checked that it is new. */
export function withVersion(
  document: JsonObject | undefined,
  { name, version, manifest, tags }: Publication,
  { now, by }: EditBy,
): JsonObject {
  const at = new Date(now).toISOString();
  const versions = new Map(versionsOf(document)).set(version, {
    ...manifest,
    _npmUser: { name: by },
  });
  const targets = new Map(tagsOf(document));
  for (const tag of tags) targets.set(tag, version);
  if (!targets.has('latest')) targets.set('latest', version);
  const time = member(document, 'time');
  const created = typeof time['created'] === 'string' ? time['created'] : at;
  return revised(document, now, {
    _id: name,
    name,
    versions: Object.fromEntries(versions),
    'dist-tags': Object.fromEntries(targets),
    time: { ...time, created, [version]: at },
    ...described(versions, targets),
  });
}

/**
 * Removes versions. Tags that lead to them are removed; `latest` leads to the newest version that
 * is left then.
 */
export function withoutVersions(
  document: JsonObject,
  removed: ReadonlySet<string>,
  { now }: EditBy,
): JsonObject {
  const versions = new Map([...versionsOf(document)].filter(([version]) => !removed.has(version)));
  const targets = new Map([...tagsOf(document)].filter(([, version]) => versions.has(version)));
  const newest = newestOf([...versions.keys()]);
  if (!targets.has('latest') && newest !== undefined) targets.set('latest', newest);
  return revised(document, now, {
    versions: Object.fromEntries(versions),
    'dist-tags': Object.fromEntries(targets),
    ...described(versions, targets),
  });
}

/**
 * Makes a tag lead to a version. @throws AssayError `NOT_FOUND` for a version that does not exist
 */
export function withTag(
  document: JsonObject,
  { tag, version }: { readonly tag: string; readonly version: string },
  { now }: EditBy,
): JsonObject {
  const versions = versionsOf(document);
  if (!versions.has(version)) {
    throw new AssayError('NOT_FOUND', `there is no version "${version}"`);
  }
  const targets = new Map(tagsOf(document)).set(tag, version);
  return revised(document, now, {
    'dist-tags': Object.fromEntries(targets),
    ...described(versions, targets),
  });
}

/** Removes a tag. @throws AssayError `NOT_FOUND` if it does not exist, `USAGE` for `latest` */
export function withoutTag(document: JsonObject, tag: string, { now }: EditBy): JsonObject {
  if (tag === 'latest') {
    throw new AssayError(
      'USAGE',
      'the tag "latest" cannot be removed; let it lead to another version',
    );
  }
  const targets = new Map(tagsOf(document));
  if (!targets.delete(tag)) throw new AssayError('NOT_FOUND', `there is no tag "${tag}"`);
  return revised(document, now, { 'dist-tags': Object.fromEntries(targets) });
}

/** Longest text of a deprecation, as npm's registry has it. */
const MAX_DEPRECATION = 1024;

/**
 * Sets the texts of deprecations to those of another document, for the versions that both have. An
 * empty text takes one back.
 *
 * @throws AssayError `USAGE` for a text that is too long, or none
 */
export function withDeprecations(
  document: JsonObject,
  sent: JsonObject,
  { now }: EditBy,
): { readonly document: JsonObject; readonly changed: readonly string[] } {
  const versions = new Map(versionsOf(document));
  const changed: string[] = [];
  for (const [version, row] of versionsOf(sent)) {
    const own = versions.get(version);
    if (own === undefined) continue;
    const text = row['deprecated'] ?? '';
    if (typeof text !== 'string' || text.length > MAX_DEPRECATION) {
      throw new AssayError(
        'USAGE',
        `the deprecation of ${version} is no text of at most ${MAX_DEPRECATION} characters`,
      );
    }
    if (text === (own['deprecated'] ?? '')) continue;
    const rest = Object.fromEntries(Object.entries(own).filter(([key]) => key !== 'deprecated'));
    versions.set(version, text === '' ? rest : { ...rest, deprecated: text });
    changed.push(version);
  }
  if (changed.length === 0) return { document, changed };
  return {
    document: revised(document, now, { versions: Object.fromEntries(versions) }),
    changed,
  };
}

/** Returns the manifests of a document, by version. */
export function versionsOf(document: JsonObject | undefined): ReadonlyMap<string, JsonObject> {
  return new Map(
    Object.entries(member(document, 'versions')).flatMap(([version, row]) =>
      isJsonObject(row) ? [[version, row] as const] : [],
    ),
  );
}

function tagsOf(document: JsonObject | undefined): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(member(document, 'dist-tags')).flatMap(([tag, version]) =>
      typeof version === 'string' ? [[tag, version] as const] : [],
    ),
  );
}

function member(document: JsonObject | undefined, key: string): JsonObject {
  const value = document?.[key];
  return isJsonObject(value) ? value : {};
}

function newestOf(versions: readonly string[]): string | undefined {
  const stable = versions.filter((version) => !version.split('+', 1)[0]?.includes('-'));
  return [...(stable.length > 0 ? stable : versions)]
    .sort((a, b) => compareVersions('npm', a, b) ?? 0)
    .at(-1);
}

/** What the document says about the package as a whole, by its newest version. */
function described(
  versions: ReadonlyMap<string, JsonObject>,
  targets: ReadonlyMap<string, string>,
): JsonObject {
  const manifest = versions.get(targets.get('latest') ?? '');
  return Object.fromEntries(
    FROM_MANIFEST.map((key): readonly [string, JsonValue | undefined] => [key, manifest?.[key]]),
  );
}

/** The revision has a counter, and the digest of the document before. */
function revised(document: JsonObject | undefined, now: number, changes: JsonObject): JsonObject {
  const { _rev: revision } = document ?? {};
  const count = typeof revision === 'string' ? Number.parseInt(revision, 10) || 0 : 0;
  const next = { ...document, ...changes };
  const time = { ...member(next, 'time'), modified: new Date(now).toISOString() };
  const digest = createHash('sha256').update(JSON.stringify(next)).digest('hex').slice(0, 32);
  return { ...next, time, _rev: `${count + 1}-${digest}` };
}
