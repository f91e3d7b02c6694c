import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { lineFinders, pinRequest } from '../../../test/support/pin-scene.ts';
import { fullReport } from '../../../test/support/reports.ts';
import { quietContext } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { pinCauses } from './exit-code.ts';
import { openLedgerSightings } from './ledger-sightings.ts';
import type { PinOutcome } from './outcome.ts';
import type { Candidate, JudgeCandidate, PinRequest } from './request.ts';
import type { MakeResolver } from './resolvers.ts';
import { run } from './run.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const START_MS = Date.parse('2026-03-01T06:00:00Z');

const digest = (day: number): string => `sha256:${String(day).padStart(64, '0')}`;

let root: string;
/** What the tag names now, and what the registry still has. */
let tagged: number;
let stored: Set<number>;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-update-'));
  tagged = 0;
  stored = new Set([0]);
});
afterEach(() => rmSync(root, { recursive: true }));

const registry: MakeResolver = () => ({
  resolve: ({ value, mode }) => {
    const [name = '', written] = value.split('@');
    const notes = [];
    if (written !== undefined && !stored.has(Number(written.slice(7)))) {
      notes.push({ id: 'gone' as const, message: `r no longer has ${written}` });
    }
    const now = mode === 'pin' && written !== undefined ? written : digest(tagged);
    const ledgerKey = `image r/${name}`;
    const answer = { pinned: `${name}@${now}`, digest: now, ledgerKey, source: 'r', notes };
    return Promise.resolve({ ok: true, ...answer });
  },
});

async function update(
  day: number,
  more: { readonly minAgeDays?: number; readonly judge?: JudgeCandidate } = {},
): Promise<PinOutcome> {
  const { minAgeDays, judge } = more;
  const context = quietContext({ fetch: globalThis.fetch, now: () => START_MS + day * DAY_MS });
  const sightings = await openLedgerSightings(join(root, 'assay.lock'), context);
  const request = pinRequest(root, {
    isUpdate: true,
    finders: lineFinders,
    resolvers: { image: registry },
    sightings,
    ...(minAgeDays !== undefined && { minAgeMs: minAgeDays * DAY_MS }),
    ...(judge !== undefined && { judge }),
  });
  const outcome = await run(request, context);
  await sightings.save();
  return outcome;
}

function move(day: number): void {
  tagged = day;
  stored.add(day);
}

const pinnedDay = (): number => {
  const text = readFileSync(join(root, 'a.images'), 'utf8');
  return Number(/@sha256:(?<day>\d+)/u.exec(text)?.groups?.['day']);
};

describe('--min-age', () => {
  beforeEach(() => writeFileSync(join(root, 'a.images'), `app:1@${digest(99)}\n`));

  it('updates nothing with an empty ledger, says so, and starts counting', async () => {
    const { references, files, notices } = await update(0, { minAgeDays: 3 });
    expect(files).toEqual([]);
    expect(references[0]).toMatchObject({
      state: 'waiting',
      pinned: `app:1@${digest(0)}`,
      reason:
        'the newest one was first seen less than the minimum age ago; it is old enough on 2026-03-04 06:00 UTC',
    });
    expect(notices[0]).toContain('counts from the first sight in the ledger');
    expect(readFileSync(join(root, 'assay.lock'), 'utf8')).toContain(
      '"first":"2026-03-01T06:00:00Z"',
    );
    expect((await update(2.9, { minAgeDays: 3 })).files).toEqual([]);
    expect((await update(3, { minAgeDays: 3 })).files).toHaveLength(1);
  });

  it('follows a tag that moves each day for ten days three days behind', async () => {
    const days: number[] = [];
    for (let day = 0; day < 10; day += 1) {
      move(day);
      await update(day, { minAgeDays: 3 });
      days.push(pinnedDay());
    }
    expect(days).toEqual([99, 99, 99, 0, 1, 2, 3, 4, 5, 6]);
  });

  it('does not take a digest that the registry no longer has, and names it', async () => {
    for (let day = 0; day < 3; day += 1) {
      move(day);
      await update(day, { minAgeDays: 3 });
    }
    stored.delete(1);
    move(4);
    const { references } = await update(4, { minAgeDays: 3 });
    expect(pinnedDay()).toBe(0);
    expect(references[0]?.notes).toContainEqual({
      id: 'gone',
      message: `the registry no longer has "app:1@${digest(1)}"`,
    });
  });

  it('does not take a digest that was withdrawn: the tag went back', async () => {
    await update(0, { minAgeDays: 3 });
    await update(3, { minAgeDays: 3 });
    expect(pinnedDay()).toBe(0);
    move(4);
    await update(4, { minAgeDays: 3 });
    tagged = 0;
    const { references } = await update(9, { minAgeDays: 3 });
    expect(references[0]?.state).toBe('pinned');
    expect(pinnedDay()).toBe(0);
  });
});

describe('the gate of an update', () => {
  const candidates: Candidate[] = [];
  const judged =
    (exitCode: number): JudgeCandidate =>
    (candidate) => {
      candidates.push(candidate);
      const report = fullReport();
      return Promise.resolve({ ...report, verdict: { ...report.verdict, exitCode } });
    };

  beforeEach(() => {
    candidates.length = 0;
    writeFileSync(
      join(root, 'a.images'),
      `app:1@${digest(99)}\napp:1@${digest(99)}\nnew:1\napp:1@${digest(0)}\n`,
    );
  });

  it('rejects a candidate with its findings, and writes the rest', async () => {
    const outcome = await update(0, { judge: judged(1) });
    expect(outcome.references.map(({ state }) => state)).toEqual([
      ...['rejected', 'rejected', 'pin', 'pinned'],
    ]);
    expect(outcome.references[0]).toMatchObject({
      pinned: `app:1@${digest(0)}`,
      findings: [
        expect.objectContaining({ name: 'GHSA-35jh-r3h4-6jhm', package: 'lodash' }),
        expect.objectContaining({ name: 'CVE-2019-1543', package: 'openssl' }),
      ],
    });
    expect(outcome.references[0]?.reason).toContain('the newer one does not pass: ');
    expect(readFileSync(join(root, 'a.images'), 'utf8')).toBe(
      `app:1@${digest(99)}\napp:1@${digest(99)}\nnew:1@${digest(0)}\napp:1@${digest(0)}\n`,
    );
    expect(pinCauses(outcome)).toEqual(['findings']);
  });

  it('judges each candidate once, and takes it if it passes', async () => {
    const outcome = await update(0, { judge: judged(0) });
    expect(candidates).toEqual([
      { kind: 'image', pinned: `app:1@${digest(0)}`, current: `app:1@${digest(99)}` },
    ]);
    expect(outcome.references.map(({ state }) => state)).toEqual([
      ...['update', 'update', 'pin', 'pinned'],
    ]);
    expect(pinCauses(outcome)).toEqual([]);
  });

  it.each([
    ['an image that cannot be had', 'NETWORK', 'unresolved'],
    ['a damaged image', 'DAMAGED', 'unresolved'],
    ['missing advisory data', 'ADVISORY_DATA_MISSING', undefined],
    ['an interruption', 'INTERRUPTED', undefined],
  ] as const)('ends for %s as it should', async (_, code, state) => {
    const running = update(0, { judge: () => Promise.reject(new AssayError(code, 'why')) });
    if (state === undefined) {
      await expect(running).rejects.toMatchObject({ code });
      return;
    }
    const { references } = await running;
    expect(references[0]).toMatchObject({
      state,
      reason: 'the newer one cannot be scanned: why',
    });
  });
});

describe('hashes of requirements', () => {
  const hash = (digit: string): string => `sha256:${digit.repeat(64)}`;
  const text = `--require-hashes\nidna==3.7 \\\n    --hash=${hash('a')}\nsix==1.16.0 \\\n    --hash=${hash('c')}\n`;
  const index: MakeResolver = () => ({
    resolve: ({ value, mode }) => {
      const hashes = [...value.matchAll(/sha256:\w+/gu)].map(([one]) => one);
      const added = value.startsWith('idna') && mode === 'update' ? [hash('b')] : [];
      const digests = [...added.filter((one) => !hashes.includes(one)), ...hashes];
      const [name = ''] = value.split(' ');
      const pinned = [name, ...digests.map((one) => `--hash=${one}`)].join(' ');
      return Promise.resolve({ ok: true, pinned, digest: digests.join(' '), notes: [] });
    },
  });

  it.each<[string, Partial<PinRequest>, string, readonly string[]]>([
    [
      'get new files in front of the others, without a scan',
      {},
      text.replace('idna==3.7', `idna==3.7 \\\n    --hash=${hash('b')}`),
      ['update', 'pinned'],
    ],
    ['have no age', { minAgeMs: DAY_MS }, text, ['waiting', 'pinned']],
    ['stay without --update', { isUpdate: false }, text, ['pinned', 'pinned']],
  ])('%s', async (_, part, expected, states) => {
    writeFileSync(join(root, 'requirements.txt'), text);
    const context = quietContext({ fetch: globalThis.fetch, now: () => START_MS });
    const sightings = await openLedgerSightings(join(root, 'assay.lock'), context);
    const judge = (): Promise<never> => Promise.reject(new Error('nothing is scanned'));
    const resolvers = { requirement: index };
    const request = pinRequest(root, { isUpdate: true, resolvers, sightings, judge, ...part });
    const { references } = await run(request, context);
    expect(references.map(({ state }) => state)).toEqual(states);
    expect(readFileSync(join(root, 'requirements.txt'), 'utf8')).toBe(expected);
    expect((await run({ ...request, isUpdate: false }, context)).files).toEqual([]);
  });
});

describe('the ledger of a run that does not update', () => {
  it('records what tags name, and names what has moved', async () => {
    writeFileSync(join(root, 'a.images'), `app:1@${digest(0)}\nnew:1\n`);
    move(5);
    const context = quietContext({ fetch: globalThis.fetch, now: () => START_MS });
    const sightings = await openLedgerSightings(join(root, 'assay.lock'), context);
    const request = pinRequest(root, {
      mode: 'show',
      finders: lineFinders,
      resolvers: { image: registry },
      sightings,
    });
    const { references } = await run(request, context);
    await sightings.save();
    expect(references.map(({ state }) => state)).toEqual(['pinned', 'pin']);
    expect(references[0]?.notes).toEqual([
      { id: 'moved', message: `the tag names ${digest(5)} now; assay pin --update takes it` },
    ]);
    const ledger = readFileSync(join(root, 'assay.lock'), 'utf8');
    expect(ledger).toContain(`"ref":"r/app:1","seen":[{"digest":"${digest(5)}"`);
    expect(ledger).toContain('"ref":"r/new:1"');
  });
});
