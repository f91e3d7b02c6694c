import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedPath } from '../../../../../test/support/shared.ts';
import { missingTool, needs } from '../../../../../test/support/tools.ts';
import { demoAdvisories } from './advisories.ts';

/** What of an OSV record is compared. */
interface Published {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly upstream?: readonly string[];
  readonly severity?: readonly { readonly type: string; readonly score: string }[];
  readonly affected: readonly {
    readonly package: { readonly ecosystem: string; readonly name: string };
    readonly ranges?: readonly { readonly type: string; readonly events: readonly object[] }[];
  }[];
  readonly database_specific?: { readonly severity?: string };
}

const FEEDS = sharedPath('feeds');
const missing = FEEDS === undefined ? '../shared' : missingTool('unzip');

describe('the advisories of the demonstration', () => {
  it('are some sixty, each with its own id, all labelled', () => {
    const records = demoAdvisories();
    expect(records.length).toBeGreaterThanOrEqual(60);
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
    for (const record of records) expect(record.database_specific.assay_demo).toBe(true);
  });
});

describe.skipIf(missing !== undefined)(
  `the advisories of the demonstration and the feeds${needs(missing)}`,
  () => {
    let folder: string;
    const published = new Map<string, Published>();
    const nvdVectors = new Map<string, readonly string[]>();

    beforeAll(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'assay-demo-feeds-'));
      for (const ecosystem of ['npm', 'PyPI', 'Debian', 'Alpine']) {
        const wanted = demoAdvisories().map(({ id }) => `${id}.json`);
        unzip(path.join(FEEDS ?? '', 'osv', ecosystem, 'all.zip'), wanted, folder);
      }
      for (const { id } of demoAdvisories())
        published.set(id, read(path.join(folder, `${id}.json`)));
      for (const year of new Set(cves().map((id) => id.slice(4, 8)))) readNvd(year);
    });

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each(demoAdvisories().map((record) => [record.id, record] as const))(
      '%s agrees in names, package, ranges and severity',
      (id, record) => {
        const theirs = published.get(id);
        if (theirs === undefined) throw new Error(`${id} is in no feed`);
        const ours = record.affected[0];
        const names = [...(theirs.aliases ?? []), ...(theirs.upstream ?? [])];
        expect(names).toEqual(
          expect.arrayContaining([...(record.aliases ?? []), ...(record.upstream ?? [])]),
        );
        const same = theirs.affected.filter(
          (entry) =>
            entry.package.ecosystem === ours?.package.ecosystem &&
            entry.package.name === ours.package.name,
        );
        expect(rangesOf(same)).toEqual(rangesOf(record.affected));
        expect(acceptedSeverities(theirs)).toContain(severityOf(record));
      },
    );

    /** The record's own words and vectors, then those that the CVE's record has, else none. */
    function acceptedSeverities(record: Published): readonly string[] {
      const own = [
        ...(record.severity ?? []).map(({ score }) => score),
        ...(record.database_specific?.severity === undefined
          ? []
          : [record.database_specific.severity]),
      ];
      if (own.length > 0) return own;
      const joined = (record.upstream ?? []).flatMap((id) => nvdVectors.get(id) ?? []);
      return joined.length > 0 ? joined : [''];
    }

    function readNvd(year: string): void {
      const file = path.join(FEEDS ?? '', `nvd/feeds/json/cve/2.0/nvdcve-2.0-${year}.json.gz`);
      const feed = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
        vulnerabilities: readonly {
          cve: {
            id: string;
            metrics?: Record<string, readonly { cvssData: { vectorString: string } }[]>;
          };
        }[];
      };
      const wanted = new Set(cves());
      for (const { cve } of feed.vulnerabilities) {
        if (!wanted.has(cve.id)) continue;
        const metrics = Object.values(cve.metrics ?? {}).flat();
        nvdVectors.set(
          cve.id,
          metrics.map(({ cvssData }) => cvssData.vectorString),
        );
      }
    }
  },
);

function cves(): readonly string[] {
  return demoAdvisories().flatMap(({ upstream }) => upstream ?? []);
}

function severityOf({ severity, database_specific }: Published): string {
  return severity?.[0]?.score ?? database_specific?.severity ?? '';
}

/**
 * `introduced fixed` of each range, sorted; ranges of several entries for one package count
 * together.
 */
function rangesOf(affected: Published['affected']): readonly string[] {
  const pairs: string[] = [];
  for (const { ranges } of affected) {
    for (const { type, events } of ranges ?? []) {
      if (type === 'GIT') continue;
      let introduced = '';
      for (const event of events as readonly { introduced?: string; fixed?: string }[]) {
        if (event.introduced !== undefined) {
          if (introduced !== '') pairs.push(introduced);
          introduced = event.introduced;
        }
        if (event.fixed !== undefined) {
          pairs.push(`${introduced} ${event.fixed}`);
          introduced = '';
        }
      }
      if (introduced !== '') pairs.push(introduced);
    }
  }
  return pairs.sort();
}

/** Unpacks the members that are there; unzip says with code 11 that some were not. */
function unzip(archive: string, members: readonly string[], folder: string): void {
  try {
    execFileSync('unzip', ['-q', '-o', archive, ...members, '-d', folder], { stdio: 'ignore' });
  } catch (error) {
    if ((error as { status: number }).status !== 11) throw error;
  }
}

function read(file: string): Published {
  return JSON.parse(readFileSync(file, 'utf8')) as Published;
}
