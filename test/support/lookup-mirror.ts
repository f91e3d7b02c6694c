/** A small mirror with hand-made records of different kinds, for tests of look-ups. */

import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { zip } from './zip.ts';

/** When the files of the mirror were last changed. */
const CHANGED_AT = new Date('2025-12-01T00:00:00Z');
const V3 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const V4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';

/** Writes the mirror into a folder. */
export function writeLookupMirror(folder: string): void {
  const put = (name: string, content: string | Uint8Array): void => {
    const full = path.join(folder, name);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, content);
    utimesSync(full, CHANGED_AT, CHANGED_AT);
  };
  for (const [ecosystem, records] of Object.entries(OSV)) {
    const members = records.map((record) => ({
      name: `${record.id}.json`,
      body: JSON.stringify({ modified: '2025-03-04T05:06:07Z', ...record }),
    }));
    put(`osv/${ecosystem}/all.zip`, zip(members));
  }
  put('debian-tracker/tracker/data/json', JSON.stringify(TRACKER));
  put('alpine-secdb/v3.19/main.json', JSON.stringify(SECDB));
  put('kev/known_exploited_vulnerabilities.json', JSON.stringify(KEV));
}

interface OsvRecord {
  readonly id: string;
  readonly affected: readonly object[];
  readonly [field: string]: unknown;
}

function affected(ecosystem: string, name: string, ranges: string, versions?: string[]): object {
  const events = ranges.split(' ').flatMap((text) => {
    const [introduced, fixed] = text.split('..');
    return [{ introduced }, ...(fixed === undefined || fixed === '' ? [] : [{ fixed }])];
  });
  const isSystem = ecosystem.includes(':');
  const type = isSystem || ecosystem === 'PyPI' ? 'ECOSYSTEM' : 'SEMVER';
  return {
    package: { ecosystem, name },
    ranges: [{ type, events }],
    ...(versions === undefined ? {} : { versions }),
  };
}

const OSV: Readonly<Record<string, readonly OsvRecord[]>> = {
  npm: [
    {
      id: 'GHSA-2222-2222-2222',
      aliases: ['CVE-2025-10001'],
      published: '2025-01-02T00:00:00Z',
      summary: 'Keys of a query change the prototype of all objects',
      details: '### Impact\n\nEvery object is changed. See [the fix](https://example.test/fix).',
      severity: [
        { type: 'CVSS_V3', score: V3 },
        { type: 'CVSS_V4', score: V4 },
      ],
      references: [{ type: 'WEB', url: 'https://example.test/left' }],
      database_specific: { severity: 'HIGH', cwe_ids: ['CWE-1321'] },
      affected: [affected('npm', 'left', '0..1.2.6 2.0.0..2.1.3 3.0.0-beta.1..3.0.0')],
    },
    {
      id: 'GHSA-3333-3333-3333',
      summary: 'A name with \u001B[31mcolour',
      details: 'Known to GitHub alone.',
      database_specific: { severity: 'MODERATE' },
      affected: [affected('npm', 'only-github', '0..')],
    },
    {
      id: 'GHSA-4444-4444-4444',
      aliases: ['CVE-2025-10004'],
      summary: 'Scored by version 4 alone',
      severity: [{ type: 'CVSS_V4', score: V4 }],
      affected: [affected('npm', '@scope/four', '1.0.0..1.4.0')],
    },
    {
      id: 'GHSA-5555-5555-5555',
      aliases: ['CVE-2025-10005', 'CVE-2025-10006'],
      summary: 'Two flaws fixed at once',
      affected: [affected('npm', 'twice', '0..2.0.0')],
    },
  ],
  PyPI: [
    {
      id: 'PYSEC-2025-7',
      aliases: ['CVE-2025-10007', 'GHSA-7777-7777-7777'],
      details: 'In Snake before 1.10, e.g. 1.9, a file name leaves the folder. More is not known.',
      affected: [affected('PyPI', 'snake', '0..1.10', ['1.8', '1.9'])],
    },
    {
      id: 'GHSA-7777-7777-7777',
      aliases: ['PYSEC-2025-7', 'GMS-2025-77'],
      summary: 'Path traversal in snake',
      severity: [{ type: 'CVSS_V3', score: V3 }],
      affected: [affected('PyPI', 'snake', '0..1.10')],
    },
    {
      id: 'PYSEC-2025-8',
      aliases: ['CVE-2025-10008'],
      withdrawn: '2025-06-01T00:00:00Z',
      details: 'It was no flaw.',
      affected: [affected('PyPI', 'innocent', '0..')],
    },
  ],
  Debian: [
    {
      id: 'DEBIAN-CVE-2025-10009',
      upstream: ['CVE-2025-10009'],
      details: 'The parser of bell overflows.',
      affected: [affected('Debian:12', 'bell', '0..1:2.0-1')],
    },
    {
      id: 'DSA-5999-1',
      upstream: ['CVE-2025-10009', 'CVE-2025-10010'],
      summary: 'bell - security update',
      affected: [affected('Debian:12', 'bell', '0..1:2.0-1+deb12u1')],
    },
  ],
};

const TRACKER = {
  bell: {
    'CVE-2025-10009': {
      releases: {
        bookworm: { status: 'resolved', fixed_version: '1:2.0-1+deb12u1', urgency: 'medium' },
        trixie: { status: 'resolved', fixed_version: '0', urgency: 'unimportant' },
        bullseye: { status: 'open', urgency: 'low', nodsa_reason: 'ignored' },
      },
    },
    'CVE-2025-10010': {
      description: 'The printer of bell overflows. Nobody has scored it.',
      releases: { bookworm: { status: 'open', urgency: 'not yet assigned' } },
    },
  },
};

const SECDB = {
  distroversion: 'v3.19',
  reponame: 'main',
  packages: [
    { pkg: { name: 'bell', secfixes: { '2.0-r1': ['CVE-2025-10009'], '0': ['CVE-2025-10010'] } } },
    { pkg: { name: 'alp', secfixes: { '1.0_rc2-r3': ['CVE-2025-10011'] } } },
  ],
};

const KEV = {
  title: 'catalog',
  dateReleased: '2025-11-30T00:00:00.000Z',
  vulnerabilities: [
    {
      cveID: 'CVE-2025-10001',
      vulnerabilityName: 'Left Prototype Pollution',
      shortDescription: 'Used by many.',
      dateAdded: '2025-02-03',
      knownRansomwareCampaignUse: 'Known',
      cwes: ['CWE-1321'],
    },
    {
      cveID: 'CVE-2025-10012',
      vulnerabilityName: 'Router Command Injection',
      shortDescription: 'No package has it.',
      dateAdded: '2025-02-04',
      knownRansomwareCampaignUse: 'Unknown',
    },
  ],
};
