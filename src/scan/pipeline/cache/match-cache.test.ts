import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { affects, anAdvisory } from '../../../../test/support/model.ts';
import { storeIn } from '../../../../test/support/kept-records.ts';
import { makeImage, ociFiles, tarOf } from '../../../../test/support/stored-images.ts';
import { createMemoryReader } from '../../../advisories/store/memory-reader.ts';
import type { AdvisoryBase } from '../../../advisories/store/advisory-base.ts';
import { quietContext } from '../../../core/base/context.ts';
import { buildId } from '../../../core/base/build-info.ts';
import type { Advisory } from '../../../core/model/advisory/advisory.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { rematch, scan, type ScanRequest } from '../index.ts';

const LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    '': { name: 'app', dependencies: { left: '1.0.0' } },
    'node_modules/left': { version: '1.0.0', dependencies: { right: '1.0.0' } },
    'node_modules/right': { version: '1.0.0' },
    'node_modules/tool': { version: '1.0.0', dev: true },
  },
});

const LEFT = anAdvisory('CVE-2024-0001', {
  affected: [affects('left', [{ introduced: '0', fixed: '2.0.0' }])],
  ratings: [
    { by: 'osv', severity: 'high' },
    { by: 'nvd', severity: 'low' },
  ],
  details: 'What it is.',
});
const RIGHT = anAdvisory('GHSA-rrrr-rrrr-rrrr', {
  affected: [
    {
      ...affects('right', [{ introduced: '0' }]),
      qualifiers: new Map([['arch', 'all']]),
    },
  ],
});
const TOOL = anAdvisory('10', { affected: [affects('tool', [{ introduced: '0' }])] });

let folder = '';
let image = '';
const records = new Map<string, Uint8Array>();
const store = storeIn(records);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-match-cache-'));
  image = join(folder, 'image.tar');
  const made = makeImage([[{ path: 'app/package-lock.json', body: LOCK }]]);
  writeFileSync(image, tarOf(ociFiles([{ image: made, tag: 'latest' }])));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  records.clear();
});

interface State {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A base that counts how often it is opened. */
class Base implements AdvisoryBase {
  readonly prepare: NonNullable<AdvisoryBase['prepare']>;
  opened = 0;

  /** `before` is said before it is opened, `after` by the reader. */
  constructor(
    advisories: readonly Advisory[],
    { before, after }: State = { before: 'first', after: 'first' },
  ) {
    this.prepare = () =>
      Promise.resolve({
        state: () => before,
        open: () => {
          this.opened += 1;
          const reader = createMemoryReader(advisories);
          return Promise.resolve(after === undefined ? reader : { ...reader, state: after });
        },
      });
  }

  readonly open: AdvisoryBase['open'] = async (needs, context) =>
    (await this.prepare(needs, context)).open();
}

function scanned(advisories: AdvisoryBase, request: Partial<ScanRequest> = {}): Promise<Report> {
  const target = { reference: image, kind: 'image' } as const;
  return scan({ targets: [target], cache: store, advisories, ...request }, quietContext());
}

/** All that does not say when and from where. */
function content({ results, advisories, coverage, verdict }: Report): object {
  const [result] = results;
  return { ...result, layerDigests: '', advisories: [...advisories], coverage, verdict };
}

const idsOf = ({ results }: Report): readonly string[] =>
  results.flatMap(({ findings }) =>
    findings.flatMap((finding) => (finding.kind === 'vulnerability' ? finding.advisoryId : [])),
  );

const ALL = [LEFT, RIGHT, TOOL];

describe('what was matched', () => {
  it('is not matched again', async () => {
    const base = new Base(ALL);
    const cold = await scanned(base, { includeDevDependencies: true });
    const warm = await scanned(base, { includeDevDependencies: true });
    expect(idsOf(cold)).toHaveLength(3);
    expect(content(warm)).toEqual(content(cold));
    expect([...warm.advisories.keys()]).toEqual([...cold.advisories.keys()]);
    expect(base.opened).toBe(1);
  });

  it('is kept by a run that finds the layers known', async () => {
    const target = { reference: image, kind: 'image' } as const;
    await scan({ targets: [target], cache: store }, quietContext());
    const base = new Base(ALL);
    await scanned(base);
    await scanned(base);
    expect(base.opened).toBe(1);
  });

  it('is decided on anew', async () => {
    const base = new Base(ALL);
    expect((await scanned(base)).verdict.status).toBe('notAsked');
    const failing = await scanned(base, { policy: { exitCode: 3 } });
    expect(failing.verdict).toMatchObject({ status: 'fail', exitCode: 3 });
    const ignore = [
      { id: 'CVE-2024-0001', reason: 'accepted', from: 'a file' },
      { id: 'GHSA-rrrr-rrrr-rrrr', reason: 'accepted', from: 'a file' },
    ];
    const passing = await scanned(base, { policy: { exitCode: 3, ignore } });
    expect(passing.verdict).toMatchObject({ status: 'pass', exitCode: 0 });
    expect(base.opened).toBe(1);
  });

  it('is decided on by the clock of the run', async () => {
    const dated = { ...LEFT, publishedAt: '2024-01-01T00:00:00Z' };
    const base = new Base([dated]);
    const policy = { failOn: [{ text: 'age>30d', minAgeDays: 30 }] };
    const at = (instant: string): Promise<Report> =>
      scan(
        {
          targets: [{ reference: image, kind: 'image' }],
          cache: store,
          advisories: base,
          policy,
        },
        quietContext({ now: () => Date.parse(instant) }),
      );
    expect((await at('2024-01-15T00:00:00Z')).verdict.status).toBe('pass');
    expect((await at('2024-03-15T00:00:00Z')).verdict.status).toBe('fail');
    expect(base.opened).toBe(1);
  });

  it('is matched again where the base has changed', async () => {
    expect(idsOf(await scanned(new Base([LEFT])))).toEqual(['CVE-2024-0001']);
    const changed = new Base([RIGHT], { before: 'second', after: 'second' });
    expect(idsOf(await scanned(changed))).toEqual(['GHSA-rrrr-rrrr-rrrr']);
    expect(idsOf(await scanned(changed))).toEqual(['GHSA-rrrr-rrrr-rrrr']);
    expect(changed.opened).toBe(1);
    const back = new Base([LEFT]);
    expect(idsOf(await scanned(back))).toEqual(['CVE-2024-0001']);
    expect(back.opened).toBe(1);
  });

  it('counts for what the reader had where the base changes while it is opened', async () => {
    await scanned(new Base([RIGHT], { before: 'first', after: 'second' }));
    const first = new Base([LEFT]);
    expect(idsOf(await scanned(first))).toEqual(['CVE-2024-0001']);
    expect(first.opened).toBe(1);
  });

  it.each<[string, readonly [string | undefined, string | undefined]]>([
    ['what answers has no name, as with records and corrections of a user', [undefined, undefined]],
    ['the reader has none', ['first', undefined]],
    ['it has none before it is opened', [undefined, 'first']],
  ])('is matched again where %s', async (_title, [before, after]) => {
    const base = new Base(ALL, { before, after });
    await scanned(base);
    await scanned(base);
    expect(base.opened).toBe(2);
  });

  it.each<[string, Partial<ScanRequest>]>([
    ['--pkg-types', { packageTypes: ['library'] }],
    ['--include-dev-deps', { includeDevDependencies: true }],
    ['--vuln-severity-source', { severitySources: ['nvd'] }],
    ['--distro', { distro: { id: 'debian', versionId: '12' } }],
    ['--verify', { verify: 'none' }],
  ])('is not used with another %s', async (_title, request) => {
    const base = new Base(ALL);
    await scanned(base);
    const asked = await scanned(base, request);
    expect(base.opened).toBe(2);
    records.clear();
    expect(content(asked)).toEqual(content(await scanned(base, request)));
  });

  it('is of the build that matched', async () => {
    await scanned(new Base(ALL));
    for (const key of records.keys()) expect(key).toContain(JSON.stringify(buildId()).slice(1, -1));
    expect([...records.keys()].filter((key) => key.startsWith('["matches"'))).toHaveLength(1);
  });

  it.each([
    ['is not JSON', '{"needs":'],
    ['is another document', '{}'],
  ])('is matched again where the record %s', async (_title, text) => {
    const base = new Base(ALL);
    const cold = await scanned(base);
    for (const key of records.keys()) {
      if (key.startsWith('["matches"')) records.set(key, Buffer.from(text));
    }
    expect(content(await scanned(base))).toEqual(content(cold));
    expect(base.opened).toBe(2);
  });

  it('is not kept of a run without an answer', async () => {
    const base = new Base([]);
    await expect(scanned(base)).rejects.toMatchObject({ code: 'ADVISORY_DATA_MISSING' });
    await expect(scanned(base)).rejects.toMatchObject({ code: 'ADVISORY_DATA_MISSING' });
    expect(base.opened).toBe(2);
  });

  it('is not kept of several targets, nor of stored reports', async () => {
    const base = new Base(ALL);
    const target = { reference: image, kind: 'image' } as const;
    await scanned(base, { targets: [target, target] });
    const report = await scanned(base, { targets: [target, target] });
    await rematch(report, { advisories: base });
    await rematch(report, { advisories: base });
    expect(base.opened).toBe(4);
  });
});
