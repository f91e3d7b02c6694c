/** The document of an npm package as a registry sends and stores it. */

import { isJsonObject } from '../../formats/text/json/json.ts';
import { purlOf } from '../../core/model/purl/purl.ts';
import { encodedNpmName } from '../../clients/package-index/npm-registry.ts';
import type { DocumentFormat } from '../documents.ts';
import type { MovedItem } from '../first-seen.ts';
import { MAX_PACKUMENT_BYTES, readPackument, type Packument } from './packument.ts';

/** The format of documents of npm. They are stored as they are received. */
export const packumentFormat: DocumentFormat<Packument> = {
  accept: 'application/json',
  maxBytes: MAX_PACKUMENT_BYTES,
  addressOf: (name, registry) => new URL(encodedNpmName(name), registry),
  storedForm: (_, { bytes }) => bytes,
  read: readPackument,
  itemsOf: ({ name, versions }) =>
    [...versions.values()].map(({ version, digests }) => ({
      id: version,
      purl: purlOf({ ecosystem: 'npm', name, version, qualifiers: new Map() }),
      digests,
    })),
  withoutMoved,
};

/**
 * The document with the old manifests of versions that have moved; without those whose old manifest
 * is not known.
 */
function withoutMoved(
  { document, versions }: Packument,
  moved: readonly MovedItem[],
  old: Packument | undefined,
): Uint8Array {
  const rows = new Map([...versions].map(([version, { manifest }]) => [version, manifest]));
  for (const { id: version } of moved) {
    const before = old?.versions.get(version);
    if (before === undefined) rows.delete(version);
    else rows.set(version, before.manifest);
  }
  const { time } = document;
  const oldTime = old?.document['time'];
  const dates = isJsonObject(time) ? { ...time } : {};
  for (const { id: version } of moved) {
    const before = isJsonObject(oldTime) ? oldTime[version] : undefined;
    if (before !== undefined) dates[version] = before;
  }
  const merged = { ...document, versions: Object.fromEntries(rows), time: dates };
  return Buffer.from(JSON.stringify(merged));
}
