import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { pearRegistry } from './pear-registry.ts';

const PATH = '/usr/share/php/.registry/archive_tar.reg';
const PECL = '/usr/lib/php/.registry/.channel.pecl.php.net/redis.reg';

type Value = string | number | boolean | null | { readonly [key: string]: Value };

/** As PHP writes it. */
function serialized(value: Value): string {
  if (value === null) return 'N;';
  if (typeof value === 'number') return `i:${String(value)};`;
  if (typeof value === 'boolean') return `b:${value ? '1' : '0'};`;
  if (typeof value === 'string') return `s:${String(Buffer.byteLength(value))}:"${value}";`;
  const rows = Object.entries(value).map(([key, one]) => serialized(key) + serialized(one));
  return `a:${String(rows.length)}:{${rows.join('')}}`;
}

const TAR = serialized({
  attribs: { version: '2.0' },
  name: 'Archive_Tar',
  channel: 'pear.php.net',
  description: 'a text with "quotes"; and {braces} and ümlauts',
  version: { release: '1.4.10', api: '1.4.0' },
  _lastversion: null,
  _lastmodified: 1731000000,
});

describe('the registry of PEAR', () => {
  it.each([
    ['a package of PEAR', PATH, TAR, ['pear/archive_tar@1.4.10']],
    [
      'an extension of PECL',
      PECL,
      serialized({ name: 'redis', channel: 'pecl.php.net', version: { release: '6.0.2' } }),
      ['pecl.php.net/redis@6.0.2'],
    ],
    [
      'a record of before',
      PATH,
      serialized({ package: 'Mail', release: { version: '1.1' } }),
      ['pear/mail@1.1'],
    ],
    ['a record without a version', PATH, serialized({ name: 'Mail' }), ['pear/mail@']],
    ['another file', '/usr/share/php/.channels/pear.reg', TAR, []],
  ])('%s', async (_, path, body, expected) => {
    const { packages } = await readCatalog(pearRegistry, path, body);
    expect(packages.map(({ name, version }) => `${name}@${version}`)).toEqual(expected);
  });

  it.each([
    ['nothing', ''],
    ['no name', serialized({ channel: 'x' })],
    ['an object', 'O:3:"Foo":0:{}'],
    ['a count that is too high', 'a:999999999:{s:4:"name";s:1:"a";}'],
    ['a length that is too high', 's:999999999:"a";'],
    ['an array as a key', 'a:1:{a:0:{}i:1;}'],
    ['no end', serialized({ name: 'a' }).slice(0, -1)],
  ])('is refused with %s', async (_, body) => {
    await expect(readCatalog(pearRegistry, PATH, body)).rejects.toThrow('.reg');
  });

  it('is refused where it nests too deep', async () => {
    const body = 'a:1:{i:0;'.repeat(100_000);
    await expect(readCatalog(pearRegistry, PATH, body)).rejects.toThrow('no value of PHP');
  });

  it('survives hostile files', () => survivesHostileInput(pearRegistry, PATH, TAR));
});
