import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alpineSecdb } from '../feeds/alpine-secdb.ts';
import { kev } from '../feeds/kev.ts';
import { osv } from '../feeds/osv.ts';
import { SetDrafts, type RecordContext } from './set-drafts.ts';

const NOW = '2026-01-01T00:00:00Z';
const NPM = { ecosystem: 'npm' } as const;

let folder = '';
let drafts: SetDrafts;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-drafts-'));
  drafts = new SetDrafts(folder, NOW);
});
afterEach(async () => {
  await drafts.discard();
  rmSync(folder, { recursive: true, force: true });
});

interface Dates {
  readonly dataAt?: string;
  readonly changedAt?: string;
  readonly statesDates?: boolean;
  readonly isWholeFeed?: boolean;
}

function from({
  dataAt = '',
  changedAt,
  statesDates = false,
  isWholeFeed = true,
}: Dates): RecordContext {
  const document = { name: 'x', bytes: new Uint8Array(0), ...(changedAt && { changedAt }) };
  return { document, dataAt, origin: { statesDates, isWholeFeed } };
}

describe('SetDrafts', () => {
  it('has one draft for each feed and need', async () => {
    const npm = await drafts.open(osv, NPM);
    expect(await drafts.open(osv, NPM)).toBe(npm);
    const bookworm = await drafts.open(osv, { ecosystem: 'debian', release: '12' });
    const debian = await drafts.open(osv, { ecosystem: 'debian' });
    const facts = await drafts.openFacts(kev);
    expect(drafts.all).toEqual([npm, bookworm, debian, facts]);
    expect(drafts.get(osv, { ecosystem: 'debian', release: '12' })).toBe(bookworm);
    expect(drafts.get(kev, {})).toBe(facts);
    expect(drafts.get(osv, { ecosystem: 'debian', release: '11' })).toBeUndefined();
    expect(drafts.get(alpineSecdb, NPM)).toBeUndefined();
  });

  it('stores records as published for ecosystems, and entries for releases and facts', async () => {
    const forms = [
      await drafts.open(osv, NPM),
      await drafts.open(osv, { ecosystem: 'debian', release: '12' }),
      await drafts.open(alpineSecdb, { ecosystem: 'alpine', release: '3.20' }),
      await drafts.openFacts(kev),
    ].map(({ writer }) => writer.form);
    expect(forms).toEqual(['records', 'entries', 'entries', 'entries']);
  });

  it('leaves no file behind that was discarded', async () => {
    await drafts.open(osv, NPM);
    await drafts.openFacts(kev);
    expect(readdirSync(folder).length).toBe(2);
    await drafts.discard();
    await drafts.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('counts as whole and published only what all documents are', async () => {
    const draft = await drafts.open(osv, NPM);
    expect([draft.isWhole, draft.isPublished]).toEqual([false, true]);
    drafts.note(draft, '', from({ isWholeFeed: false, statesDates: true }));
    expect([draft.isWhole, draft.isPublished]).toEqual([false, true]);
    drafts.note(draft, '', from({ isWholeFeed: true, statesDates: true }));
    expect([draft.isWhole, draft.isPublished]).toEqual([true, true]);
    drafts.note(draft, '', from({ isWholeFeed: false, statesDates: false }));
    expect([draft.isWhole, draft.isPublished]).toEqual([true, false]);
  });

  it.each<[string, string, Dates, string]>([
    [
      'the date in the data',
      '2025-03-03T00:00:00Z',
      { dataAt: '2025-01-01T00:00:00Z', changedAt: '2025-05-05T00:00:00Z', statesDates: true },
      '2025-01-01T00:00:00Z',
    ],
    [
      'the date that the publisher states for the file',
      '2025-03-03T00:00:00Z',
      { changedAt: '2025-05-05T00:00:00Z', statesDates: true },
      '2025-05-05T00:00:00Z',
    ],
    [
      'the newest record, before the time of a copied file',
      '2025-03-03T00:00:00Z',
      { changedAt: '2025-05-05T00:00:00Z' },
      '2025-03-03T00:00:00Z',
    ],
    ['the time of the file', '', { changedAt: '2025-05-05T00:00:00Z' }, '2025-05-05T00:00:00Z'],
    ['now, if nothing is dated', '', {}, NOW],
    [
      'now, if every date lies ahead',
      '2027-01-01T00:00:00Z',
      { dataAt: '2030-01-01T00:00:00Z' },
      NOW,
    ],
  ])('is dated by %s', async (_title, modifiedAt, dates, expected) => {
    const draft = await drafts.open(osv, NPM);
    drafts.note(draft, modifiedAt, from(dates));
    expect(drafts.dataAt(draft, NOW)).toBe(expected);
  });

  it('is dated by the latest date that does not lie ahead', async () => {
    const draft = await drafts.open(osv, NPM);
    for (const at of ['2025-02-02T00:00:00Z', '2027-01-01T00:00:00Z', '2025-01-01T00:00:00Z']) {
      drafts.note(draft, at, from({}));
    }
    expect(drafts.dataAt(draft, NOW)).toBe('2025-02-02T00:00:00Z');
  });

  it('is never dated before the data that it takes over', async () => {
    const draft = await drafts.open(osv, NPM);
    drafts.note(draft, '2025-01-01T00:00:00Z', from({ isWholeFeed: false }));
    draft.oldDataAt = '2025-06-06T00:00:00Z';
    expect(drafts.dataAt(draft, NOW)).toBe('2025-06-06T00:00:00Z');
  });

  it('shares dates among the releases of an ecosystem, not among ecosystems', async () => {
    const bookworm = await drafts.open(osv, { ecosystem: 'debian', release: '12' });
    const bullseye = await drafts.open(osv, { ecosystem: 'debian', release: '11' });
    const npm = await drafts.open(osv, NPM);
    drafts.note(bookworm, '2025-02-02T00:00:00Z', from({}));
    expect(drafts.dataAt(bullseye, NOW)).toBe('2025-02-02T00:00:00Z');
    expect(drafts.dataAt(npm, NOW)).toBe(NOW);
  });
});
