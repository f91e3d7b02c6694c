/**
 * Advisories in the OSV format: one zip of records for each ecosystem.
 *
 * Source: OSV schema 1.7.3 (ossf.github.io/osv-schema); google.github.io/osv.dev/data for the
 * bucket's layout.
 */

import type { Context } from '../../core/base/context.ts';
import { ParseError } from '../../core/base/errors.ts';
import type { Advisory, Rating, VulnerabilityFacts } from '../../core/model/advisory/advisory.ts';
import { MALICIOUS_CODE } from '../../core/model/advisory/malicious.ts';
import type {
  ChangesRequest,
  DocumentReading,
  FeedDocument,
  FeedReading,
  FeedRequest,
  OriginFile,
  OutlineReading,
  RecordFeed,
  RecordOutline,
  RejectedRecord,
} from './feed.ts';
import {
  fieldsOf,
  instantOf,
  listOf,
  parseObject,
  textOf,
  textsOf,
  type Fields,
} from './fields.ts';
import {
  affectedOf,
  isUnreadableVector,
  OSV_ID,
  ratingsOf,
  readPackage,
  type OsvAffectedPackage,
} from './osv-affected.ts';
import {
  affectedOfErratum,
  ALMALINUX_ID,
  cvesOfErratum,
  isErratum,
  isNoVulnerability,
  severityWordOfErratum,
} from './osv-almalinux.ts';
import { cvesOfBulletin, sourceOfSeverityWord } from './osv-bulletins.ts';
import { factsOfRecord } from './osv-facts.ts';
import { hasModuleStreams, withModuleStreams } from './osv-module-streams.ts';
import { unreadWithdrawals, withdrawnAtOf } from './osv-withdrawal.ts';
import { ratingOfWord } from './ratings.ts';

/** The feed of OSV records, one for each vulnerability and ecosystem. */
export const osv: RecordFeed = {
  id: OSV_ID,
  license: 'CC-BY-4.0',

  recognizes: [
    {
      label: 'an OSV archive',
      evidence: { kind: 'zip' },
      async *documents(file: OriginFile): AsyncIterable<FeedDocument> {
        const { osvArchiveMembers } = await import('./osv-archive.ts');
        for await (const documents of osvArchiveMembers(file)) yield* documents;
      },
    },
    {
      label: 'OSV records',
      isPart: true,
      evidence: {
        kind: 'json',
        matches: (members) => members.has('id') && members.has('modified'),
      },
      async *documents(file: OriginFile): AsyncIterable<FeedDocument> {
        const { asOneDocument } = await import('./reading/single-file.ts');
        yield* asOneDocument(file);
      },
    },
  ],

  async *fetch(request: FeedRequest, context: Context) {
    for await (const documents of fetchTogether(request, context)) yield* documents;
  },

  fetchTogether,

  async changes(request: ChangesRequest, context: Context) {
    const { osvChanges } = await import('./osv-changes.ts');
    return osvChanges(request, context);
  },

  read(document: FeedDocument): FeedReading {
    const judged = judge(document);
    return {
      ...besides(judged),
      advisories: judged.packages.length === 0 ? [] : [advisoryOf(judged)],
    };
  },

  outline(document: FeedDocument): OutlineReading {
    const judged = judge(document);
    if (judged.packages.length === 0) return besides(judged);
    const { rejected, skipped } = judged;
    const outline = outlineOf(judged);
    return { outline, rejected, skipped, record: outline };
  },

  advisory(document: FeedDocument): Advisory | undefined {
    const opened = open(document);
    return opened.packages.length === 0 ? undefined : advisoryOf(opened);
  },
};

/**
 * Fetches; the code is loaded then: a look-up in stored data needs neither archives nor lists of
 * changes.
 */
async function* fetchTogether(
  request: FeedRequest,
  context: Context,
): AsyncIterable<readonly FeedDocument[]> {
  const { fetchArchives } = await import('./osv-archive.ts');
  yield* fetchArchives(request, context);
}

/** An opened record with its usable packages and the reasons for the others. */
interface Opened {
  readonly record: Fields;
  readonly id: string;
  readonly modifiedAt: string;
  /** Whether it is meant as one: neither facts of a CVE, nor an erratum without one. */
  readonly isAdvisory: boolean;
  /** Empty where it is not an advisory. */
  readonly packages: readonly OsvAffectedPackage[];
  readonly facts?: readonly VulnerabilityFacts[];
  readonly rejected: RejectedRecord[];
  readonly skipped: readonly string[];
}

/**
 * Judges a document with all its rejections. @throws ParseError where it is no OSV record @throws
 * ParseError where it is no OSV record
 */
function judge(document: FeedDocument): Opened {
  const opened = open(document);
  const { record, id, packages, skipped, rejected } = opened;
  if (!opened.isAdvisory) {
    if (opened.facts !== undefined) rejected.push(...unreadWithdrawals(id, record));
    return opened;
  }
  if (packages.length === 0 && skipped.length === 0 && rejected.length === 0) {
    rejected.push({ what: id, reason: 'no package is named' });
  }
  rejected.push(...unreadWithdrawals(id, record));
  if (hasTooManyNames(record)) {
    rejected.push({ what: id, reason: 'too many other ids (the record is used without them)' });
  }
  if (packages.length > 0 && listOf(record['severity']).some(isUnreadableVector)) {
    rejected.push({ what: id, reason: 'a CVSS vector that cannot be read (the record is used)' });
  }
  return opened;
}

/** @throws ParseError where it is no OSV record */
function open({ name, bytes }: FeedDocument): Opened {
  const record = parseObject(name, bytes);
  const id = idOf(record);
  if (id === undefined) throw new ParseError(name, 'no "id"');
  const modifiedAt = instantOf(record['modified']);
  if (modifiedAt === undefined) throw new ParseError(name, 'no "modified" instant');
  const facts = listOf(record['affected']).length === 0 ? factsOfRecord(record) : undefined;
  if (facts !== undefined) {
    const nothing = { packages: [], rejected: [], skipped: [], isAdvisory: false };
    return { record, id, modifiedAt, facts: [facts], ...nothing };
  }
  if (hasOwnRules(id) && isNoVulnerability(id, record)) {
    const skipped = ['AlmaLinux: bug fixes and enhancements'];
    return { record, id, modifiedAt, packages: [], rejected: [], skipped, isAdvisory: false };
  }
  const packages: OsvAffectedPackage[] = [];
  const skipped: string[] = [];
  const rejected: RejectedRecord[] = [];
  for (const value of listOf(record['affected'])) {
    const reading = readPackage(value);
    if ('place' in reading) packages.push(reading);
    else if ('rejected' in reading) rejected.push({ what: id, reason: reading.rejected });
    else if (!skipped.includes(reading.skipped)) skipped.push(reading.skipped);
  }
  return { record, id, modifiedAt, packages, rejected, skipped, isAdvisory: true };
}

function besides({ id, modifiedAt, facts, rejected, skipped }: Opened): DocumentReading {
  const record = { id, modifiedAt };
  return { rejected, skipped, record, ...(facts === undefined ? {} : { facts }) };
}

function outlineOf({ record, id, modifiedAt, packages }: Opened): RecordOutline {
  return {
    id,
    modifiedAt,
    aliases: identityOf(id, record).aliases,
    places: packages.map(({ place }) => place),
    summary: textOf(record['summary']) ?? '',
    details: textOf(record['details']),
  };
}

function advisoryOf({ record, id, modifiedAt, packages }: Opened): Advisory {
  const details = textOf(record['details']);
  const publishedAt = instantOf(record['published']);
  const withdrawnAt = record['withdrawn'] === undefined ? undefined : withdrawnAtOf(record);
  const specific = fieldsOf(record['database_specific']);
  const { aliases, related } = identityOf(id, record);
  const affected = packages.flatMap((item) => affectedOf(item, raterOf(id)));
  // In the order of the fields; assigned, which is several times as quick as spreading.
  const advisory = { id, aliases } as { -readonly [Key in keyof Advisory]: Advisory[Key] };
  if (related.length > 0) advisory.related = related;
  advisory.summary = textOf(record['summary']) ?? '';
  if (details !== undefined) advisory.details = details;
  advisory.ratings = [
    ...ratingsOf(raterOf(id), listOf(record['severity'])),
    ...wordRating(id, record, specific),
  ];
  if (!hasOwnRules(id)) advisory.affected = affected;
  else if (isErratum(id)) advisory.affected = affectedOfErratum(record, affected);
  else advisory.affected = hasModuleStreams(id) ? withModuleStreams(record, affected) : affected;
  advisory.references = referencesOf(record);
  advisory.cwes = cwesOf(record, specific);
  if (publishedAt !== undefined) advisory.publishedAt = publishedAt;
  advisory.modifiedAt = modifiedAt;
  if (withdrawnAt !== undefined) advisory.withdrawnAt = withdrawnAt;
  advisory.feed = OSV_ID;
  return advisory;
}

/** Ids are shown, compared and used as keys: one line of moderate length. */
const ID = /^[^\p{Cc}]{1,200}$/u;
const PLAIN_ID = /^[\w.:-]{1,200}$/;

function idOf(record: Fields): string | undefined {
  const id = textOf(record['id']);
  // The first test is quicker, and passes nearly all.
  return id !== undefined && (PLAIN_ID.test(id) || ID.test(id)) ? id : undefined;
}

const WITH_OWN_RULES = /^(?:AL[SBE]A|RH[SBE]A|R[LX]SA|REDHAT)-/;

/**
 * Returns whether a record is a bulletin of AlmaLinux, Red Hat or Rocky Linux. These have fields or
 * titles with a meaning of their own.
 */
function hasOwnRules(id: string): boolean {
  return WITH_OWN_RULES.test(id);
}

/**
 * A distribution's own record of one vulnerability (`DEBIAN-CVE-2024-1` of `CVE-2024-1`) names it
 * in `upstream`: an alias. One that gathers several (a DSA) is none of them. `related` says nothing
 * about identity and is left out, but for the errata of AlmaLinux, which name their CVEs there and
 * have no record for each of them. Other bulletins of distributions stand for each CVE that they
 * fix.
 */
function identityOf(
  id: string,
  record: Fields,
): { readonly aliases: readonly string[]; readonly related: readonly string[] } {
  if (hasTooManyNames(record)) return { aliases: [], related: [] };
  const upstream = textsOf(record['upstream']);
  const stated = textsOf(record['aliases']);
  const named = upstream.length > 0 || record['related'] !== undefined;
  if (!named && !(hasOwnRules(id) && isErratum(id)) && !stated.includes(id)) {
    return { aliases: stated, related: [] };
  }
  const twins = upstream.filter((other) => id.endsWith(`-${other}`));
  const fixed = isErratum(id) ? cvesOfErratum(record) : cvesOfBulletin(id, record);
  const aliases = new Set([...stated, ...twins, ...fixed].filter((other) => other !== id));
  return {
    aliases: [...aliases],
    related: upstream.filter((other) => other !== id && !aliases.has(other)),
  };
}

/**
 * Bulletins about kernels name some hundred. Each may become a row of a report that holds all that
 * the record says.
 */
const MAX_NAMES = 2000;
const MAX_REFERENCES = 2000;

function hasTooManyNames({ aliases, upstream, related }: Fields): boolean {
  return listOf(aliases).length + listOf(upstream).length + listOf(related).length > MAX_NAMES;
}

/** Returns the source of a record's ratings, as `--vuln-severity-source` names it. */
function raterOf(id: string): string {
  if (id.startsWith('GHSA-')) return GITHUB_ID;
  return isErratum(id) ? ALMALINUX_ID : OSV_ID;
}

const GITHUB_ID = 'ghsa';

/**
 * Returns the publisher's own word: `database_specific.severity` of records of GitHub
 * (github/advisory-database, README, "What is the format") and of Bitnami (bitnami/vulndb), and the
 * title of errata.
 */
function wordRating(id: string, record: Fields, specific: Fields | undefined): readonly Rating[] {
  const stated = textOf(specific?.['severity']);
  if (!hasOwnRules(id)) return ratingOfWord(raterOf(id), stated);
  const word = isErratum(id) ? severityWordOfErratum(record) : stated;
  return ratingOfWord(sourceOfSeverityWord(id) ?? raterOf(id), word);
}

function referencesOf(record: Fields): readonly string[] {
  const stated = listOf(record['references']);
  const some = stated.length > MAX_REFERENCES ? stated.slice(0, MAX_REFERENCES) : stated;
  return some.length === 0 ? [] : textsOf(some.map((value) => fieldsOf(value)?.['url']));
}

const CWE = /^CWE-\d+$/;

/**
 * Returns the weaknesses of a record. GitHub lists ids (`cwe_ids`); ossf/malicious-packages has
 * objects (`cwes`) in the entries of packages. The `type` is that of GitHub's REST API, "Global
 * security advisories": advisories of the type `malware` report embedded malicious code.
 */
function cwesOf(record: Fields, specific: Fields | undefined): readonly string[] {
  const listed = textsOf(specific?.['cwe_ids']);
  const written: unknown[] = [];
  for (const value of listOf(record['affected'])) {
    const ofPackage = fieldsOf(fieldsOf(value)?.['database_specific'])?.['cwes'];
    if (ofPackage !== undefined) written.push(...listOf(ofPackage));
  }
  const isMalware = specific?.['type'] === 'malware';
  if (written.length === 0 && !isMalware) return listed.filter((cwe) => CWE.test(cwe));
  const objects = textsOf(written.map((value) => fieldsOf(value)?.['cweId']));
  const all = new Set([...listed, ...objects, ...(isMalware ? [MALICIOUS_CODE] : [])]);
  return [...all].filter((cwe) => CWE.test(cwe));
}
