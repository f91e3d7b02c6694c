import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParseError } from '../../core/base/errors.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import { ECOSYSTEM_IDS, ecosystemRow } from '../../core/model/package/ecosystem.ts';
import type { FeedReading, PackageKey, RecordFeed } from './feed.ts';
import { isRecordFeed, FEEDS, isAuthoritative } from './list.ts';

/** What an outline has to say, taken from all that the feed reads. */
function outlineOf({ advisories, ...besides }: FeedReading): unknown {
  const [advisory] = advisories;
  return {
    ...besides,
    outline: advisory && { ...shownOf(advisory), places: placesOf(advisory.affected) },
  };
}

function outlineIn(feed: RecordFeed, bytes: Uint8Array): unknown {
  const { outline, record, ...besides } = feed.outline({ name: 'x', bytes });
  const shown = outline && { ...shownOf(outline), places: placesOf(outline.places) };
  return {
    ...besides,
    outline: shown,
    record: record && { id: record.id, modifiedAt: record.modifiedAt },
  };
}

type Shown = Pick<Advisory, 'id' | 'aliases' | 'modifiedAt' | 'summary'> & {
  readonly details?: string | undefined;
};

function shownOf({ id, aliases, modifiedAt, summary, details }: Shown): Shown {
  return { id, aliases, modifiedAt, summary, details };
}

/** Each once: an erratum names a package for each of its builds. */
function placesOf(places: readonly PackageKey[]): readonly string[] {
  return [
    ...new Set(places.map(({ ecosystem, release, name }) => [ecosystem, release, name].join(' '))),
  ];
}

describe('the list of feeds', () => {
  it('names a module for each feed in the folder, under unique ids', async () => {
    const ids = FEEDS.map((row) => row.id);
    expect(new Set(ids).size).toBe(ids.length);
    const files = readdirSync(new URL('./', import.meta.url));
    for (const id of ids) expect(files).toContain(`${id}.ts`);
    for (const row of FEEDS) {
      const feed = await row.load();
      expect([feed.id, feed.license]).toEqual([row.id, row.license]);
      expect(row.publicBase).toMatch(/^https:.*\/$/);
    }
  });

  it('lets one feed at most decide on an ecosystem', () => {
    const all = FEEDS.flatMap((row) => row.decides);
    expect(new Set(all).size).toBe(all.length);
    expect(isAuthoritative('debian-tracker', 'debian')).toBe(true);
    expect(isAuthoritative('osv', 'debian')).toBe(false);
    expect(isAuthoritative('unheard-of', 'debian')).toBe(false);
  });

  it('names a feed of every ecosystem that has one', () => {
    const fed = new Set(FEEDS.flatMap((row) => row.ecosystems));
    for (const id of ECOSYSTEM_IDS) {
      expect([id, fed.has(id)]).toEqual([id, ecosystemRow(id).isWithoutFeed !== true]);
    }
  });

  it('has feeds that declare their files, under unique labels; one accepts any archive', async () => {
    const feeds = await Promise.all(FEEDS.map((row) => row.load()));
    for (const feed of feeds)
      expect([feed.id, feed.recognizes.length > 0]).toEqual([feed.id, true]);
    const forms = feeds.flatMap((feed) => feed.recognizes);
    expect(new Set(forms.map(({ label }) => label)).size).toBe(forms.length);
    const fallbacks = forms.filter(
      ({ evidence }) => evidence.kind === 'zip' && evidence.matches === undefined,
    );
    expect(fallbacks.map(({ label }) => label)).toEqual(['an OSV archive']);
  });

  it.each(FEEDS.map((row) => row.id))('%s survives any JSON and any bytes', async (id) => {
    const feed = await FEEDS.find((row) => row.id === id)?.load();
    if (feed === undefined) throw new Error('no such feed');
    const survive = (bytes: Uint8Array): void => {
      try {
        const reading = feed.read({ name: 'x', bytes });
        expect(Array.isArray(reading.advisories)).toBe(true);
        if (!isRecordFeed(feed)) return;
        expect(outlineIn(feed, bytes)).toEqual(outlineOf(reading));
        expect(feed.advisory({ name: 'x', bytes })).toEqual(reading.advisories[0]);
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
        if (!isRecordFeed(feed)) return;
        expect(() => feed.outline({ name: 'x', bytes })).toThrow(ParseError);
        expect(() => feed.advisory({ name: 'x', bytes })).toThrow(ParseError);
      }
    };
    const key = fc.constantFrom(
      ...['id', 'modified', 'affected', 'package', 'ecosystem', 'name', 'ranges', 'events', 'type'],
      ...['severity', 'score', 'aliases', 'upstream', 'database_specific', 'introduced', 'fixed'],
      ...['distroversion', 'packages', 'pkg', 'secfixes', '0', '1.0-r0', 'CVE-2024-0001'],
      ...['releases', 'bookworm', 'status', 'urgency', 'fixed_version', '__proto__', 'constructor'],
    );
    const word = fc.constantFrom('npm', 'Debian:12', 'SEMVER', 'open', 'resolved', 'CVSS_V3', 'x');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6, withCrossShrink: true },
        word,
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 8, noNullPrototype: false }),
      ),
    }));
    fc.assert(fc.property(tree, (value) => survive(Buffer.from(JSON.stringify(value)))));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), survive));
  });
});
