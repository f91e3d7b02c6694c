/**
 * Alpine's security database: for each release and repository, which package version fixed which
 * vulnerability.
 *
 * Source: secdb.alpinelinux.org; gitlab.alpinelinux.org/alpine/infra/docker/secdb. A version of `0`
 * says that the package was never affected.
 */

import type { Context } from '../../core/base/context.ts';
import { ParseError } from '../../core/base/errors.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import { ALPINE_RELEASES } from '../../core/model/distro/distro.ts';
import type {
  Feed,
  FeedDocument,
  FeedReading,
  FeedRequest,
  OriginFile,
  RejectedRecord,
} from './feed.ts';
import { asOneDocument, readOriginFile } from './reading/single-file.ts';
import { affectedBelow } from './apk-fixes.ts';
import { fieldsOf, listOf, parseObject, textOf } from './fields.ts';

const ID = 'alpine-secdb';
const REPOSITORIES = ['main', 'community'] as const;
/** The largest file has 1 MB. */
const MAX_BYTES = 128 * 1024 * 1024;

export const alpineSecdb: Feed = {
  id: ID,
  license: 'LicenseRef-none-stated',

  recognizes: [
    {
      label: 'a secdb of Alpine',
      evidence: {
        kind: 'json',
        matches: (members) => members.has('packages') && members.has('distroversion'),
      },
      documents: asOneDocument,
    },
  ],

  async *fetch({ origin, need }: FeedRequest, context: Context) {
    const releases =
      need?.release === undefined ? ALPINE_RELEASES.map((row) => row.release) : [need.release];
    if (need !== undefined && need.ecosystem !== 'alpine') return;
    const absent: string[] = [];
    for (const release of releases) {
      let isThere = false;
      for (const repository of REPOSITORIES) {
        const path = `${folderOf(release)}/${repository}.json`;
        for await (const document of readOriginFile({ origin, path, read: wholeFile }, context)) {
          isThere = true;
          yield document;
        }
      }
      if (!isThere) absent.push(release);
    }
    if (absent.length > 0 && absent.length < releases.length) {
      context.log.info(`Alpine secdb has no data for ${absent.join(', ')}`);
    }
  },

  read(document: FeedDocument): FeedReading {
    const root = parseObject(document.name, document.bytes);
    const distroVersion = textOf(root['distroversion']);
    if (distroVersion === undefined) throw new ParseError(document.name, 'no "distroversion"');
    if (!Array.isArray(root['packages'])) throw new ParseError(document.name, 'no "packages"');
    const release = RELEASE.exec(distroVersion)?.groups?.['release'];
    if (release === undefined) {
      return { advisories: [], rejected: [], skipped: [`Alpine:${distroVersion}`] };
    }
    const advisories: Advisory[] = [];
    const rejected: RejectedRecord[] = [];
    for (const row of listOf(root['packages'])) {
      readPackage(row, release, { advisories, rejected });
    }
    return { advisories, rejected, skipped: [] };
  },
};

function wholeFile(file: OriginFile): AsyncIterable<FeedDocument> {
  return asOneDocument(file, MAX_BYTES);
}

const RELEASE = /^v?(?<release>\d+\.\d+|edge)$/;

function folderOf(release: string): string {
  return release === 'edge' ? release : `v${release}`;
}

interface Output {
  readonly advisories: Advisory[];
  readonly rejected: RejectedRecord[];
}

function readPackage(row: unknown, release: string, output: Output): void {
  const pkg = fieldsOf(fieldsOf(row)?.['pkg']);
  const name = textOf(pkg?.['name']);
  if (pkg === undefined || name === undefined) {
    output.rejected.push({ what: `Alpine ${release}`, reason: 'a package without name' });
    return;
  }
  const fixes = new Map<string, Fixes>();
  for (const [version, lines] of Object.entries(fieldsOf(pkg['secfixes']) ?? {})) {
    for (const line of listOf(lines)) {
      const ids = idsOf(line);
      if (ids.length === 0) {
        output.rejected.push({ what: `Alpine ${release} ${name}`, reason: 'a fix without an id' });
      }
      for (const { id, related } of ids) {
        const known = fixes.get(id) ?? { versions: [], related: new Set() };
        fixes.set(id, known);
        known.versions.push(version);
        for (const other of related) known.related.add(other);
      }
    }
  }
  for (const [id, fix] of fixes) output.advisories.push(advisoryOf(id, fix, { release, name }));
}

interface Fixes {
  readonly versions: string[];
  readonly related: Set<string>;
}

const IDENTIFIER = /^[A-Za-z][A-Za-z0-9]*[-_](?=[\w.-]*\d)[\w.-]+$/;
const CVE = /^CVE-\d{4}-\d{4,}$/;
/** Some recipes write the separator wrongly, as in `CVE_2019-2426` and `CVE 2018-16859`. */
const ODD_SEPARATOR = /\bCVE[_ ](?=\d{4}-\d{4})/g;
const SPACE = /\s+/;

/**
 * Returns the ids of one line. `CVE-2017-10913 XSA-218` names the CVE and the bulletin that it is
 * described in; as one bulletin covers several CVEs, it is no alias. Several CVEs in a line are
 * several vulnerabilities. Words are comments.
 */
function idsOf(line: unknown): readonly { readonly id: string; readonly related: string[] }[] {
  const text = (textOf(line) ?? '').replaceAll(ODD_SEPARATOR, 'CVE-');
  const words = text.split(SPACE).filter((word) => IDENTIFIER.test(word));
  const cves = words.filter((word) => CVE.test(word));
  const others = words.filter((word) => !CVE.test(word));
  if (cves.length > 0) return cves.map((id) => ({ id, related: others }));
  const [id, ...related] = others;
  return id === undefined ? [] : [{ id, related }];
}

function advisoryOf(
  id: string,
  fix: Fixes,
  place: { readonly release: string; readonly name: string },
): Advisory {
  const related = [...fix.related];
  return {
    id,
    aliases: [],
    ...(related.length === 0 ? {} : { related }),
    summary: '',
    ratings: [],
    affected: [affectedBelow(fix.versions, { ecosystem: 'alpine', ...place })],
    references: [`https://security.alpinelinux.org/vuln/${encodeURIComponent(id)}`],
    cwes: [],
    modifiedAt: '',
    feed: ID,
  };
}
