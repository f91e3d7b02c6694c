import { describe, expect, it } from 'vitest';

import { readPackument } from './packument.ts';
import { renderPackument, repairTags } from './render.ts';

const DIST = { shasum: '0'.repeat(40), tarball: 'http://up.test/left/-/left-1.0.0.tgz' };
const BASE = 'http://here.test/';

function packument(versions: readonly string[], tags: object, more: object = {}): Buffer {
  const rows = versions.map((version) => [
    version,
    { name: 'left', version, scripts: { install: version === '1.0.0' ? 'x' : '' }, dist: DIST },
  ]);
  const time = Object.fromEntries(versions.map((one) => [one, '2026-01-01T00:00:00.000Z']));
  return Buffer.from(
    JSON.stringify({
      name: 'left',
      'dist-tags': tags,
      versions: Object.fromEntries(rows) as object,
      time: { created: '2026-01-01T00:00:00.000Z', ...time },
      ...more,
    }),
  );
}

describe('tags', () => {
  it.each<readonly [string, readonly string[], readonly string[], string | undefined]>([
    ['stay where they are', ['1.0.0', '1.1.0'], [], '1.1.0'],
    ['go to the newest below', ['1.0.0', '1.0.1', '1.1.0'], ['1.1.0'], '1.0.1'],
    ['never go above the old one', ['1.0.0', '1.1.0', '2.0.0'], ['1.1.0'], '1.0.0'],
    ['never go to a prerelease', ['1.0.0', '1.1.0-a', '1.1.0'], ['1.1.0'], '1.0.0'],
    ['compare as versions', ['1.9.0', '1.10.0', '1.11.0', '1.1.0'], ['1.1.0'], undefined],
    ['go if nothing is left', ['1.1.0'], ['1.1.0'], undefined],
  ])('%s', (_, versions, hidden, expected) => {
    const read = readPackument('left', packument(versions, { latest: '1.1.0' }));
    expect(repairTags(read, (version) => !hidden.includes(version)).get('latest')).toBe(expected);
  });
});

describe('documents', () => {
  const isVisible = (version: string): boolean => version !== '1.1.0';
  const read = readPackument(
    'left',
    packument(
      ['1.0.0', '1.1.0'],
      { latest: '1.1.0', next: '9.9.9' },
      { _attachments: { x: '1.1.0' }, other: '1.1.0', readme: 'text' },
    ),
  );

  it.each(['full', 'abbreviated'] as const)('hide a version everywhere in the form %s', (form) => {
    const document = renderPackument(read, isVisible, { form, base: BASE });
    expect(JSON.stringify(document)).not.toContain('1.1.0');
    expect(document['dist-tags']).toEqual({ latest: '1.0.0' });
    expect(document['time']).toEqual({
      created: '2026-01-01T00:00:00.000Z',
      '1.0.0': '2026-01-01T00:00:00.000Z',
    });
    expect(document['versions']).toMatchObject({
      '1.0.0': { hasInstallScript: true, dist: { tarball: `${BASE}left/-/left-1.0.0.tgz` } },
    });
  });

  it('have addresses of this registry for scopes', () => {
    const name = '@acme/left';
    const bytes = Buffer.from(
      JSON.stringify({ name, versions: { '1.0.0+b': { name, version: '1.0.0+b', dist: DIST } } }),
    );
    const document = renderPackument(readPackument(name, bytes), () => true, {
      form: 'full',
      base: BASE,
    });
    expect(JSON.stringify(document)).toContain(`${BASE}@acme/left/-/left-1.0.0+b.tgz`);
  });
});

describe('reading', () => {
  it.each<readonly [string, object, string | undefined]>([
    ['a sound version', {}, undefined],
    [
      'the manifest of another package',
      { name: 'right' },
      'its manifest names another package or version',
    ],
    [
      'the manifest of another version',
      { version: '1.0.1' },
      'its manifest names another package or version',
    ],
    ['no digest', { dist: { tarball: 'x' } }, 'its registry names no digest of its file'],
    [
      'a digest that is none',
      { dist: { integrity: 'sha512-abc' } },
      'its registry names no digest of its file',
    ],
    [
      'two digests of one algorithm',
      { dist: { integrity: ['A', 'B'].map((one) => `sha512-${one.repeat(85)}A==`).join(' ') } },
      'its registry names several digests of its file, so that it could have several contents',
    ],
  ])('finds %s', (_, more, unusable) => {
    const versions = { '1.0.0': { name: 'left', version: '1.0.0', dist: DIST, ...more } };
    const bytes = Buffer.from(JSON.stringify({ name: 'left', versions }));
    expect(readPackument('left', bytes).versions.get('1.0.0')?.unusable).toBe(unusable);
  });

  it.each<readonly [string, string]>([
    ['another package', '{"name":"right"}'],
    ['deep nesting', `{"name":"left","x":${'['.repeat(10_000)}`],
    ['no object', '[]'],
    ['no JSON', '<html>'],
  ])('refuses %s', (_, text) => {
    expect(() => readPackument('left', Buffer.from(text))).toThrow('cannot read "left"');
  });

  it('keeps keys of prototypes apart', () => {
    const text = `{"name":"left","versions":{"__proto__":{"a":1},"constructor":{}},"time":{"__proto__":"x"},"dist-tags":{"__proto__":"1.0.0","latest":"__proto__"}}`;
    const read = readPackument('left', Buffer.from(text));
    expect(read.versions.size + read.tags.size).toBe(0);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });
});
