/** Shapes of advisories and of the data that they come from. */

import type {
  Advisory,
  Affected,
  Coverage,
  Rating,
  VersionRange,
} from '../model/advisory/advisory.ts';
import type { MaliciousVersion } from '../model/finding/finding.ts';
import { ecosystem, severity, textMap, texts } from './inventory-shapes.ts';
import { count, flag, list, number, object, oneOf, optional, text } from './shapes.ts';

/** The status of a package in an advisory. */
export const status = oneOf(
  'affected',
  'fixed',
  'notAffected',
  'willNotFix',
  'deferred',
  'endOfLife',
  'unimportant',
  'underInvestigation',
);

/** One rating of a vulnerability; `score` is a CVSS base score from 0 to 10. */
export const RATING = object<Rating>({
  by: text,
  severity,
  vector: optional(text),
  score: optional(number),
});

/** A range of affected versions, with the ends that OSV defines. */
export const VERSION_RANGE = object<VersionRange>({
  introduced: text,
  fixed: optional(text),
  lastAffected: optional(text),
  limit: optional(text),
});

/** An affected package of an advisory. */
export const AFFECTED = object<Affected>({
  ecosystem,
  release: optional(text),
  name: text,
  ranges: list(VERSION_RANGE),
  versions: texts,
  status,
  ratings: list(RATING),
  qualifiers: optional(textMap),
});

/** The records that report a version as malicious, and the nearest releases that none reports. */
export const MALICIOUS_VERSION = object<MaliciousVersion>({
  by: texts,
  lastGood: optional(text),
  goodBelow: optional(text),
});

/** The entry of a vulnerability in the catalog of known exploited ones. */
export const EXPLOITED = object<NonNullable<Advisory['exploited']>>({
  since: text,
  ransomware: flag,
});

/** An advisory, merged from the records of all feeds that have it. */
export const ADVISORY = object<Advisory>({
  id: text,
  aliases: texts,
  related: optional(texts),
  summary: text,
  details: optional(text),
  ratings: list(RATING),
  affected: list(AFFECTED),
  references: texts,
  cwes: texts,
  exploited: optional(EXPLOITED),
  epss: optional(number),
  publishedAt: optional(text),
  modifiedAt: text,
  withdrawnAt: optional(text),
  feed: text,
});

/**
 * The advisory data that was consulted for one ecosystem or release. Instants are ISO 8601 in UTC.
 */
export const COVERAGE = object<Coverage>({
  feed: text,
  ecosystem: optional(ecosystem),
  release: optional(text),
  recordCount: count,
  dataAt: text,
  fetchedAt: text,
  currentAt: optional(text),
  isPartial: optional(flag),
});
