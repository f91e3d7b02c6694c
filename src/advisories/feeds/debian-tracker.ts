/**
 * The Debian security tracker: for each source package and vulnerability, its state in each
 * release.
 *
 * Source: security-tracker.debian.org/tracker/data/json, and "Debian Security Tracker", sections on
 * severity levels, on issues without an advisory (`nodsa`), and on unimportant ones.
 */

import type {
  Advisory,
  Affected,
  AffectedStatus,
  Rating,
  Severity,
} from '../../core/model/advisory/advisory.ts';
import { DEBIAN_RELEASES } from '../../core/model/distro/distro.ts';
import type {
  Feed,
  FeedDocument,
  FeedReading,
  JsonMembers,
  OriginFile,
  RejectedRecord,
} from './feed.ts';
import { firstObject, jsonMembers } from './reading/json-members.ts';
import { singleFileFetch } from './reading/single-file.ts';
import { wholeDocument } from './reading/whole-document.ts';
import { fieldsOf, parseObject, textOf, type Fields } from './fields.ts';

const ID = 'debian-tracker';
const PATH = 'tracker/data/json';
/** The file had 75 MB in 2026; it is held as bytes while its members are read. */
const MAX_BYTES = 256 * 1024 * 1024;

export const debianTracker: Feed = {
  id: ID,
  license: 'LicenseRef-public-facts',

  recognizes: [
    {
      label: 'a Debian tracker file',
      evidence: { kind: 'json', matches: isTracker },
      documents: trackerMembers,
    },
  ],

  fetch: singleFileFetch({ path: PATH, ecosystem: 'debian', documents: trackerMembers }),

  /** Reads a document, which is one source package: its name, and its vulnerabilities by id. */
  read(document: FeedDocument): FeedReading {
    const issues = parseObject(document.name, document.bytes);
    const output: Output = { advisories: [], rejected: [], skipped: [] };
    for (const [id, issue] of Object.entries(issues)) readIssue(document.name, id, issue, output);
    return output;
  },
};

/**
 * Yields the source packages of the tracker's file, one by one; it stays open. @throws ParseError
 * where it is not JSON
 */
async function* trackerMembers(file: OriginFile): AsyncIterable<FeedDocument> {
  const { changedAt, bytes } = await wholeDocument(file, MAX_BYTES);
  for (const member of jsonMembers(file.path, bytes)) {
    const document = { name: member.key, bytes: member.bytes };
    yield changedAt === undefined ? document : { ...document, changedAt };
  }
}

const FIRST_ISSUE = /^(?:CVE|TEMP)-/;
/** Keys of the Node.js list, which has entries by number. */
const ENTRY_NUMBER = /^\d{1,9}$/;

/**
 * Returns whether the first member is a source package: the first key of its object is the id of an
 * issue.
 */
function isTracker(members: JsonMembers): boolean {
  const first = firstObject(members);
  if (first === undefined || ENTRY_NUMBER.test(first.key)) return false;
  for (const { key } of first.members()) return FIRST_ISSUE.test(key);
  return false;
}

interface Output {
  readonly advisories: Advisory[];
  readonly rejected: RejectedRecord[];
  readonly skipped: string[];
}

const ISSUE_ID = /^(?:CVE|TEMP)-[\w-]{4,40}$/;

function readIssue(source: string, id: string, value: unknown, output: Output): void {
  const issue = fieldsOf(value);
  const releases = fieldsOf(issue?.['releases']);
  if (issue === undefined || releases === undefined || !ISSUE_ID.test(id)) {
    const reason = ISSUE_ID.test(id) ? 'an issue without releases' : 'an issue without a valid id';
    output.rejected.push({ what: `${source} ${id}`, reason });
    return;
  }
  const affected: Affected[] = [];
  for (const [codename, state] of Object.entries(releases)) {
    const release = DEBIAN_RELEASES.find((row) => row.codename === codename)?.release;
    if (release === undefined) {
      output.skipped.push(`Debian:${codename}`);
      continue;
    }
    const read = affectedOf(fieldsOf(state), { release, name: source });
    if (typeof read !== 'string') affected.push(read);
    else output.rejected.push({ what: `${source} ${id} ${codename}`, reason: read });
  }
  if (affected.length > 0) output.advisories.push(advisoryOf(id, issue, affected));
}

function advisoryOf(id: string, issue: Fields, affected: readonly Affected[]): Advisory {
  const details = textOf(issue['description']);
  return {
    id,
    aliases: [],
    summary: '',
    ...(details === undefined ? {} : { details }),
    ratings: [],
    affected,
    references: [`https://security-tracker.debian.org/tracker/${encodeURIComponent(id)}`],
    cwes: [],
    modifiedAt: '',
    feed: ID,
  };
}

/** Answers a reason where the state cannot be read. */
function affectedOf(
  state: Fields | undefined,
  place: { readonly release: string; readonly name: string },
): Affected | string {
  const urgency = urgencyOf(state?.['urgency']);
  const shared = {
    ecosystem: 'debian',
    ...place,
    versions: [],
    ratings: ratingsOf(urgency),
  } as const;
  switch (state?.['status']) {
    case 'resolved': {
      const fixed = textOf(state['fixed_version']);
      if (fixed === undefined) return 'resolved without a version';
      if (fixed === '0') return { ...shared, ranges: [], status: 'notAffected' };
      return { ...shared, ranges: [{ introduced: '0', fixed }], status: 'fixed' };
    }
    case 'open':
      return { ...shared, ranges: [{ introduced: '0' }], status: openStatus(state, urgency) };
    case 'undetermined':
      return { ...shared, ranges: [{ introduced: '0' }], status: 'underInvestigation' };
    default:
      return 'an unknown state';
  }
}

/**
 * Returns the status of an open vulnerability, from Debian's own plans for it. A mere `nodsa` only
 * means that no advisory of its own will be published.
 */
function openStatus(state: Fields, urgency: string): AffectedStatus {
  if (urgency === 'unimportant') return 'unimportant';
  if (urgency === 'end-of-life') return 'endOfLife';
  if (state['nodsa_reason'] === 'ignored') return 'willNotFix';
  return state['nodsa_reason'] === 'postponed' ? 'deferred' : 'affected';
}

/** Returns the urgency; stars mark urgencies that were set by a program. */
function urgencyOf(value: unknown): string {
  return (textOf(value) ?? '').split('*', 1)[0] ?? '';
}

const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ['unimportant', 'low'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
]);

/** Returns the ratings; `not yet assigned` and `end-of-life` state no severity. */
function ratingsOf(urgency: string): readonly Rating[] {
  const severity = SEVERITIES.get(urgency);
  return severity === undefined ? [] : [{ by: ID, severity }];
}
