/**
 * The security databases of Wolfi and Chainguard: which package version fixed which vulnerability.
 * Both are rolling, so there is one file and no release.
 *
 * Source: packages.wolfi.dev/os/security.json, of the form of Alpine's (see `alpine-secdb.ts`). An
 * entry of Chainguard (`CGA-…`) is followed by its other ids:
 * `["CGA-1", "CVE-2024-1", "GHSA-1", "CGA-2", "CVE-2024-2"]`. A version of `0` says that the
 * package was never affected.
 */

import { ParseError } from '../../core/base/errors.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import type { Feed, FeedDocument, FeedReading, JsonMembers, RejectedRecord } from './feed.ts';
import { asOneDocument, singleFileFetch } from './reading/single-file.ts';
import { affectedBelow } from './apk-fixes.ts';
import { fieldsOf, listOf, parseObject, textOf } from './fields.ts';

const PATH = 'security.json';
/** The file had 12 MB in 2026. */
const MAX_BYTES = 256 * 1024 * 1024;

type RollingEcosystem = 'wolfi' | 'chainguard';

/** The differences between the two databases. */
interface RollingSecdb {
  /** Id of the feed and of the ecosystem. */
  readonly id: RollingEcosystem;
  readonly license: string;
  /** The publisher, for messages. */
  readonly name: string;
  /** Host of the `urlprefix` that the file states. */
  readonly host: string;
}

/** Returns the feed of one of the two databases. */
export function rollingSecdb({ id, license, name, host }: RollingSecdb): Feed {
  return {
    id,
    license,

    recognizes: [
      {
        label: `a secdb of ${name}`,
        evidence: {
          kind: 'json',
          matches: (members) => members.has('packages') && hostIn(members) === host,
        },
        documents: asOneDocument,
      },
    ],

    fetch: singleFileFetch({
      path: PATH,
      ecosystem: id,
      documents: (file) => asOneDocument(file, MAX_BYTES),
    }),

    read(document: FeedDocument): FeedReading {
      const root = parseObject(document.name, document.bytes);
      if (!Array.isArray(root['packages'])) throw new ParseError(document.name, 'no "packages"');
      const advisories: Advisory[] = [];
      const rejected: RejectedRecord[] = [];
      for (const row of listOf(root['packages'])) {
        readPackage(row, id, { advisories, rejected });
      }
      return { advisories, rejected, skipped: [] };
    },
  };
}

const URL_PREFIX = /^"https:\/\/(?<host>[^/"]+)(?:\/|"$)/;

/** Returns the host that a file states as the place of its packages. */
function hostIn(members: JsonMembers): string | undefined {
  const prefix = Buffer.from(members.get('urlprefix') ?? '').toString('latin1');
  return URL_PREFIX.exec(prefix)?.groups?.['host'];
}

interface Output {
  readonly advisories: Advisory[];
  readonly rejected: RejectedRecord[];
}

function readPackage(row: unknown, ecosystem: RollingEcosystem, output: Output): void {
  const pkg = fieldsOf(fieldsOf(row)?.['pkg']);
  const name = textOf(pkg?.['name']);
  if (pkg === undefined || name === undefined) {
    output.rejected.push({ what: ecosystem, reason: 'a package without name' });
    return;
  }
  const fixes = new Map<string, { readonly ids: readonly string[]; readonly versions: string[] }>();
  for (const [version, lines] of Object.entries(fieldsOf(pkg['secfixes']) ?? {})) {
    for (const group of groupsOf(listOf(lines))) {
      if (typeof group === 'string') {
        output.rejected.push({ what: `${ecosystem} ${name}`, reason: group });
        continue;
      }
      // The same vulnerability always has the same ids.
      const key = group.join(' ');
      const known = fixes.get(key) ?? { ids: group, versions: [] };
      fixes.set(key, known);
      known.versions.push(version);
    }
  }
  for (const { ids, versions } of fixes.values()) {
    output.advisories.push(advisoryOf(ids, versions, { ecosystem, name }));
  }
}

const IDENTIFIER = /^(?:CGA|CVE|GHSA|GO|PYSEC|RUSTSEC|OSV|MAL)-[\w-]{4,60}$/;
const UNKNOWN_ID = 'a fix without an id';

/**
 * Yields groups of ids that name one vulnerability. Each id is a group of its own if no entry of
 * Chainguard begins the group, or if a group names several CVEs, because they cannot be
 * distinguished then.
 */
function* groupsOf(lines: readonly unknown[]): Iterable<readonly string[] | typeof UNKNOWN_ID> {
  const groups: string[][] = [];
  for (const line of lines) {
    const id = textOf(line)?.trim() ?? '';
    const open = groups.at(-1);
    if (!IDENTIFIER.test(id)) yield UNKNOWN_ID;
    else if (open?.[0]?.startsWith('CGA-') !== true || id.startsWith('CGA-')) groups.push([id]);
    else open.push(id);
  }
  for (const group of groups) {
    const cves = group.filter((id) => id.startsWith('CVE-'));
    if (cves.length < 2) yield group;
    else for (const id of group) yield [id];
  }
}

function advisoryOf(
  ids: readonly string[],
  versions: readonly string[],
  place: { readonly ecosystem: RollingEcosystem; readonly name: string },
): Advisory {
  const [id = ''] = ids;
  const shown = ids.find((other) => other.startsWith('CVE-')) ?? id;
  return {
    id: shown,
    aliases: ids.filter((other) => other !== shown),
    summary: '',
    ratings: [],
    affected: [affectedBelow(versions, place)],
    references: [`https://images.chainguard.dev/security/${encodeURIComponent(shown)}`],
    cwes: [],
    modifiedAt: '',
    feed: place.ecosystem,
  };
}
