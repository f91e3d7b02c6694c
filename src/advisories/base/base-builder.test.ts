import { mkdtempSync, readdirSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedDocument } from '../feeds/feed.ts';
import { alpineSecdb } from '../feeds/alpine-secdb.ts';
import { kev } from '../feeds/kev.ts';
import { osv } from '../feeds/osv.ts';
import { openAdvisoryBase } from '../store/open-advisory-base.ts';
import { currentSets } from '../store/commit.ts';
import { quietContext } from '../../core/base/context.ts';
import { BaseBuilder, NOTHING_FETCHED } from './base-builder.ts';
import type { BaseUpdateOutcome } from './types.ts';

const NPM = { ecosystem: 'npm' } as const;
const WHOLE = { statesDates: false, isWholeFeed: true };
const PART = { statesDates: false, isWholeFeed: false };
const MODIFIED = '2025-05-05T00:00:00Z';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-build-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function record(id: string, names: readonly string[] = ['left-pad'], summary = ''): FeedDocument {
  const affected = names.map((name) => ({
    package: { ecosystem: 'npm', name },
    versions: ['1.0.0'],
  }));
  const text = JSON.stringify({ id, modified: MODIFIED, summary, affected });
  return { name: `${id}.json`, bytes: Buffer.from(text) };
}

function secdb(release: string, names: readonly string[]): FeedDocument {
  const packages = names.map((name) => ({
    pkg: { name, secfixes: { '1-r0': ['CVE-2024-0001'] } },
  }));
  const text = JSON.stringify({ distroversion: release, packages });
  return { name: `${release}/main.json`, bytes: Buffer.from(text) };
}

/** Builds with `work`, and makes the result count. */
async function built(work: (build: BaseBuilder) => Promise<void>): Promise<BaseUpdateOutcome> {
  const build = new BaseBuilder(folder, quietContext());
  try {
    await work(build);
    return await build.commit(NOTHING_FETCHED);
  } finally {
    await build.discard();
  }
}

async function idsOf(name: string): Promise<readonly string[]> {
  const reader = await openAdvisoryBase(folder).open([NPM], quietContext());
  try {
    return [...reader.byPackage(NPM, name)].map(({ id }) => id).sort();
  } finally {
    reader.close();
  }
}

describe('BaseBuilder', () => {
  it('stores what was added when it is committed, and nothing before', async () => {
    const build = new BaseBuilder(folder, quietContext());
    await build.add(osv, record('X-1'), WHOLE);
    expect(currentSets(folder)).toEqual([]);
    const { sets, feeds } = await build.commit(NOTHING_FETCHED);
    expect(sets.map((set) => [set.feed, set.ecosystem, set.recordCount])).toEqual([
      ['osv', 'npm', 1],
    ]);
    expect(feeds).toMatchObject([{ feed: 'osv', documentCount: 1, recordCount: 1, rejected: [] }]);
    expect(await idsOf('left-pad')).toEqual(['X-1']);
  });

  it('leaves nothing behind that was discarded', async () => {
    const build = new BaseBuilder(folder, quietContext());
    await build.add(osv, record('X-1'), WHOLE);
    await build.discard();
    expect([readdirSync(folder), currentSets(folder)]).toEqual([[], []]);
  });

  it('refuses to commit nothing', async () => {
    await expect(built(() => Promise.resolve())).rejects.toMatchObject({
      code: 'ADVISORY_DATA_MISSING',
      message: 'no advisory data was found',
    });
  });

  it('stops where the run is interrupted', async () => {
    const build = new BaseBuilder(folder, quietContext({ signal: AbortSignal.abort() }));
    const adding = build.add(osv, record('X-1'), WHOLE);
    await expect(adding).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await build.discard();
  });

  it('counts documents that cannot be read, and goes on', async () => {
    const fault = 'a member that cannot be unpacked';
    const { feeds } = await built(async (build) => {
      await build.add(osv, { name: 'a.json', bytes: Buffer.from('{') }, WHOLE);
      await build.add(osv, { name: 'b.json', bytes: Buffer.from('{"id":"X-2"}') }, WHOLE);
      await build.add(osv, { name: 'c.json', bytes: new Uint8Array(0), fault }, WHOLE);
      await build.add(osv, record('X-1'), WHOLE);
    });
    expect(feeds).toMatchObject([{ documentCount: 4, recordCount: 1 }]);
    const rejected = feeds[0]?.rejected.flatMap(({ examples }) => examples) ?? [];
    expect(rejected.toSorted()).toEqual(['a.json', 'b.json', 'c.json']);
  });

  it('takes the first of two records with one id, and counts the second', async () => {
    const { feeds, sets } = await built(async (build) => {
      await build.add(osv, record('X-1', ['a']), WHOLE);
      await build.add(osv, record('X-1', ['b']), WHOLE);
    });
    expect(sets[0]?.recordCount).toBe(1);
    expect(feeds[0]?.rejected).toEqual([
      { reason: 'a record with this id came before', count: 1, examples: ['X-1'] },
    ]);
    expect([await idsOf('a'), await idsOf('b')]).toEqual([['X-1'], []]);
  });

  it('replaces a whole feed, and adds single records to what is loaded', async () => {
    await built(async (build) => {
      for (const id of ['X-1', 'X-2', 'X-3']) await build.add(osv, record(id), WHOLE);
    });
    await built((build) => build.add(osv, record('X-4'), PART));
    expect(await idsOf('left-pad')).toEqual(['X-1', 'X-2', 'X-3', 'X-4']);
    await built(async (build) => {
      for (const id of ['X-1', 'X-5']) await build.add(osv, record(id), WHOLE);
    });
    expect(await idsOf('left-pad')).toEqual(['X-1', 'X-5']);
  });

  it('puts a single record in the place of the one with the same id', async () => {
    await built(async (build) => {
      await build.add(osv, record('X-1', ['a']), WHOLE);
      await build.add(osv, record('X-2', ['a']), WHOLE);
    });
    await built((build) => build.add(osv, record('X-1', ['b']), PART));
    expect([await idsOf('a'), await idsOf('b')]).toEqual([['X-2'], ['X-1']]);
  });

  it('drops the outdated records of a task that was changed', async () => {
    await built(async (build) => {
      for (const id of ['X-1', 'X-2', 'X-3']) await build.add(osv, record(id), WHOLE);
    });
    await built(async (build) => {
      await build.replace(osv, { feed: 'osv', ...NPM }, (id) => id === 'X-1' || id === 'X-2');
      await build.add(osv, record('X-2', ['right-pad']), PART);
    });
    expect([await idsOf('left-pad'), await idsOf('right-pad')]).toEqual([['X-3'], ['X-2']]);
  });

  it('keeps the old data where the new has less than half of it', async () => {
    await built(async (build) => {
      for (const id of ['X-1', 'X-2', 'X-3']) await build.add(osv, record(id), WHOLE);
    });
    const before = currentSets(folder);
    const shrinking = built((build) => build.add(osv, record('X-1'), WHOLE));
    await expect(shrinking).rejects.toMatchObject({ code: 'ADVISORY_DATA_IMPLAUSIBLE' });
    expect(currentSets(folder)).toEqual(before);
    expect(await idsOf('left-pad')).toEqual(['X-1', 'X-2', 'X-3']);
  });

  it('keeps releases and feeds that a build does not name', async () => {
    await built(async (build) => {
      await build.add(alpineSecdb, secdb('v3.19', ['musl']), WHOLE);
      await build.add(osv, record('X-1'), WHOLE);
    });
    await built((build) => build.add(alpineSecdb, secdb('v3.20', ['musl']), WHOLE));
    const names = currentSets(folder).map(({ feed, release = '' }) => `${feed} ${release}`.trim());
    expect(names).toEqual(['alpine-secdb 3.19', 'alpine-secdb 3.20', 'osv']);
  });

  it('refuses to take over records from a file that is damaged', async () => {
    await built(async (build) => {
      for (const id of ['X-1', 'X-2']) await build.add(osv, record(id), WHOLE);
    });
    const [set] = currentSets(folder);
    const path = join(folder, set?.file ?? '');
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(40) ^ 0xff, 40);
    writeFileSync(path, bytes);
    const adding = built((build) => build.add(osv, record('X-3'), PART));
    await expect(adding).rejects.toMatchObject({ code: 'ADVISORY_DATA_UNVERIFIED' });
    expect(currentSets(folder)).toEqual([set]);
  });

  it('renews sets that were seen to be current, and says so of publishers alone', async () => {
    await built((build) => build.add(osv, record('X-1'), WHOLE));
    const [before] = currentSets(folder);
    const now = Date.parse('2030-01-01T00:00:00Z');
    for (const isPublisher of [false, true]) {
      const build = new BaseBuilder(folder, quietContext({ now: () => now }));
      build.confirm(currentSets(folder), isPublisher);
      await build.commit(NOTHING_FETCHED);
      const fetchedAt = '2030-01-01T00:00:00.000Z';
      expect(currentSets(folder)).toEqual([
        { ...before, fetchedAt, ...(isPublisher && { currentAt: fetchedAt }) },
      ]);
    }
  });

  it('counts facts once for each id', async () => {
    const entry = { cveID: 'CVE-2024-0001', dateAdded: '2024-01-01' };
    const text = JSON.stringify({ catalogVersion: '1', vulnerabilities: [entry, entry] });
    const { feeds, sets } = await built((build) =>
      build.add(kev, { name: 'kev.json', bytes: Buffer.from(text) }, WHOLE),
    );
    expect(sets.map(({ feed, recordCount }) => [feed, recordCount])).toEqual([['kev', 1]]);
    expect(feeds[0]?.rejected).toMatchObject([{ count: 1, examples: ['CVE-2024-0001'] }]);
  });
});
