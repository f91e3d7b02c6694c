/** Shapes of advisories and of the data that they come from. */

import type { Advisory, Affected, Coverage, Rating, VersionRange } from '../model/advisory.ts';
import type { MaliciousVersion } from '../model/finding.ts';
import { ecosystem, severity, textMap, texts } from './inventory-shapes.ts';
import { count, flag, list, number, object, oneOf, optional, text } from './shapes.ts';

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

export const RATING = object<Rating>({
  by: text,
  severity,
  vector: optional(text),
  score: optional(number),
});

export const VERSION_RANGE = object<VersionRange>({
  introduced: text,
  fixed: optional(text),
  lastAffected: optional(text),
  limit: optional(text),
});

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

export const MALICIOUS_VERSION = object<MaliciousVersion>({
  by: texts,
  lastGood: optional(text),
  goodBelow: optional(text),
});

export const EXPLOITED = object<NonNullable<Advisory['exploited']>>({
  since: text,
  ransomware: flag,
});

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
