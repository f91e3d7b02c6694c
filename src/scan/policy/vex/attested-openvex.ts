/**
 * OpenVEX documents that are attested for an image.
 *
 * Source: OpenVEX specification 0.2.0, "Documents" (`@id`, `version`), and ATTESTING.md, "Embedding
 * and Inheritance". A document is published again under the same `@id` with a higher version, and
 * can leave out statements that no longer hold. So an older version sets nothing aside; its
 * statements that leave a finding still count by their time.
 */

import { groupBy } from '../../../core/base/maps.ts';
import { compareNumbers } from '../../../core/base/compare.ts';
import type { JsonObject } from '../../../formats/text/json/json.ts';
import { firstInstant, textIn } from './document-builder.ts';
import { readOpenVex } from './openvex.ts';
import { setsAside, type AttestedImage, type VexDocument } from './statement.ts';

/** A document that a trusted signer attested for an image. */
export interface AttestedPredicate {
  /** Its place and its signers, for messages. */
  readonly path: string;
  readonly predicate: JsonObject;
}

/**
 * Reads all documents that are attested for one image. `now` is in milliseconds since the Unix
 * epoch.
 */
export function readAttestedOpenVex(
  predicates: readonly AttestedPredicate[],
  image: AttestedImage,
  now: number,
): readonly VexDocument[] {
  const newest = new Set(
    [...groupBy(predicates, idOf)].flatMap(([id, all]) => (id === '' ? all : newestOf(all))),
  );
  return predicates.map((one) => {
    const document = { ...readOne(one, image, now), attestedFor: image };
    return newest.has(one) ? document : superseded(document);
  });
}

function readOne(
  { path, predicate }: AttestedPredicate,
  { manifestDigest }: AttestedImage,
  now: number,
): VexDocument {
  const context = textIn(predicate['@context']);
  if (context?.includes('openvex') !== true) {
    const problems = ['it is no OpenVEX document, and its statements do not count'];
    return { path, form: 'OpenVEX', statements: [], problems };
  }
  const subject = { identity: { digest: manifestDigest }, subcomponents: [] };
  return readOpenVex(path, predicate, now, [subject]);
}

function idOf({ predicate }: AttestedPredicate): string {
  return textIn(predicate['@id']) ?? '';
}

/** Returns those with the highest version and, of these, the latest time. */
function newestOf(all: readonly AttestedPredicate[]): readonly AttestedPredicate[] {
  const [first] = all.toSorted((one, other) => compareAge(other, one));
  return all.filter((one) => first !== undefined && compareAge(one, first) === 0);
}

function compareAge(
  { predicate: one }: AttestedPredicate,
  { predicate: other }: AttestedPredicate,
): number {
  const byVersion = compareNumbers(versionOf(one), versionOf(other));
  return byVersion === 0 ? compareNumbers(timeOf(one), timeOf(other)) : byVersion;
}

/** Returns a number, or a text in documents of 0.0.x; 0 for anything else. */
function versionOf({ version }: JsonObject): number {
  const number = typeof version === 'string' ? Number(version) : version;
  return typeof number === 'number' && Number.isFinite(number) ? number : 0;
}

function timeOf({ last_updated: updated, timestamp }: JsonObject): number {
  return firstInstant(updated, timestamp);
}

function superseded(document: VexDocument): VexDocument {
  const { statements, problems } = document;
  const left = statements.filter(({ status }) => !setsAside(status));
  if (left.length === statements.length) return document;
  const problem = 'a newer version of the document is attested, and this one sets nothing aside';
  return { ...document, statements: left, problems: [...problems, problem] };
}
