import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParseError } from '../base/errors.ts';
import { FEEDS, decides } from './list.ts';

describe('the list of feeds', () => {
  it('names a module for each feed in the folder, under unique ids', async () => {
    const ids = FEEDS.map((row) => row.id);
    expect(new Set(ids).size).toBe(ids.length);
    const files = readdirSync(new URL('./feeds/', import.meta.url));
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
    expect(decides('debian-tracker', 'debian')).toBe(true);
    expect(decides('osv', 'debian')).toBe(false);
    expect(decides('unheard-of', 'debian')).toBe(false);
  });

  it.each(FEEDS.map((row) => row.id))('%s survives any JSON and any bytes', async (id) => {
    const feed = await FEEDS.find((row) => row.id === id)?.load();
    if (feed === undefined) throw new Error('no such feed');
    const survive = (bytes: Uint8Array): void => {
      try {
        const reading = feed.read({ name: 'x', bytes });
        expect(Array.isArray(reading.advisories)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
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
