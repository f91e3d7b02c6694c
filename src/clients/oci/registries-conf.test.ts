import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AssayError } from '../../core/base/errors.ts';
import { resolveShortName } from './short-names.ts';
import { locateRepository, writtenRepository } from './repository-location.ts';
import { formatImageReference, parseImageReference } from './reference.ts';
import { mergeRegistriesConf, parseRegistriesConf } from './registries-conf.ts';
import { loadRegistriesConf } from './registries-files.ts';

const EXAMPLE = `
unqualified-search-registries = ["example.com", "quay.io"]
credential-helpers = ["containers-auth.json", "gcloud"]

[[registry]]
prefix = "example.com/foo"
location = "internal.example/bar"
[[registry.mirror]]
location = "mirror-0.local/for-foo"
pull-from-mirror = "digest-only"
[[registry.mirror]]
location = "mirror-1.local:5000/foo/"
insecure = true

[[registry]]
location = "registry.com"
mirror-by-digest-only = true
[[registry.mirror]]
location = "mirror.registry.com"

[[registry]]
prefix = "example.com/foo/bad"
blocked = true

[[registry]]
prefix = "*.wild.example"
insecure = true

[[registry]]
prefix = "docker.io"
location = "docker-mirror.local/hub"

[aliases]
"team/app" = "quay.io/team/app"
"gone" = ""
`;
const conf = parseRegistriesConf('registries.conf', EXAMPLE);

function places(name: string): unknown {
  return locateRepository(parseImageReference(name), conf).map(
    ({ host, path, isInsecure, use, isMirror }) =>
      `${host}/${path}${isInsecure ? ' insecure' : ''}${isMirror ? ` ${use}` : ''}`,
  );
}

describe('writtenRepository', () => {
  it.each([
    ['other.example/app:1', 'other.example/app'],
    ['example.com/foo/image:latest', 'example.com/foo/image'],
    ['registry.com/app', 'registry.com/app'],
    ['a.b.wild.example/app', 'a.b.wild.example/app insecure'],
    ['debian', 'registry-1.docker.io/library/debian'],
  ])('is the registry of the name: %s', (name, expected) => {
    const { host, path, isInsecure } = writtenRepository(parseImageReference(name), conf);
    expect(`${host}/${path}${isInsecure ? ' insecure' : ''}`).toBe(expected);
  });

  it('is none if the name is blocked', () => {
    const blocked = parseRegistriesConf('x', '[[registry]]\nprefix="a.io"\nblocked=true');
    expect(() => writtenRepository(parseImageReference('a.io/app'), blocked)).toThrow('blocked');
  });
});

describe('placesOf', () => {
  it.each([
    ['other.example/app:1', ['other.example/app']],
    [
      'example.com/foo/image:latest',
      [
        'mirror-0.local/for-foo/image digest-only',
        'mirror-1.local:5000/foo/image insecure all',
        'internal.example/bar/image',
      ],
    ],
    ['example.com/foobar/image', ['example.com/foobar/image']],
    ['example.com/other', ['example.com/other']],
    ['registry.com/app', ['mirror.registry.com/app digest-only', 'registry.com/app']],
    ['registry.com:5000/app', ['registry.com:5000/app']],
    ['a.b.wild.example/app', ['a.b.wild.example/app insecure']],
    ['wild.example/app', ['wild.example/app']],
    ['debian:12', ['docker-mirror.local/hub/library/debian']],
  ])('finds %s', (name, expected) => {
    expect(places(name)).toEqual(expected);
  });

  it("connects to Docker's registry under its own name", () => {
    const [place] = locateRepository(parseImageReference('debian'), parseRegistriesConf('x', ''));
    expect(place).toMatchObject({ domain: 'docker.io', host: 'registry-1.docker.io' });
  });

  it('refuses what is blocked, and names the file', () => {
    expect(() => places('example.com/foo/bad/app')).toThrow(
      expect.objectContaining({
        code: 'REGISTRY_DENIED',
        message: '"example.com/foo/bad" is blocked',
        hint: 'The rule stands in "registries.conf".',
      }) as Error,
    );
  });

  it('refuses a location that makes it no name', () => {
    const bad = parseRegistriesConf('x', '[[registry]]\nprefix="a.io"\nlocation="B/C"\n');
    expect(() => locateRepository(parseImageReference('a.io/app'), bad)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error,
    );
  });
});

describe('readName', () => {
  it.each([
    ['team/app:1', ['quay.io/team/app:1']],
    ['debian', ['example.com/debian', 'quay.io/debian']],
    ['gone:2', ['example.com/gone:2', 'quay.io/gone:2']],
    ['docker.io/debian', ['docker.io/library/debian']],
    ['localhost/app', ['localhost/app']],
    ['127.0.0.1:5000/app:1', ['127.0.0.1:5000/app:1']],
  ])('reads %s', (text, expected) => {
    expect(resolveShortName(text, conf).references.map(formatImageReference)).toEqual(expected);
  });

  it("takes Docker's registry where nothing is said", () => {
    const { references } = resolveShortName('debian:12', parseRegistriesConf('x', ''));
    expect(references.map(formatImageReference)).toEqual(['docker.io/library/debian:12']);
  });

  it('keeps tag and digest behind an alias', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const { references, aliasFrom } = resolveShortName(`team/app:1@${digest}`, conf);
    expect(references.map(formatImageReference)).toEqual([`quay.io/team/app:1@${digest}`]);
    expect(aliasFrom).toBe('registries.conf');
  });
});

describe('parseRegistriesConf', () => {
  it.each([
    ['no TOML', 'a = ', 'it is no TOML, line 1'],
    ['a list of another kind', 'unqualified-search-registries = "a"', 'is not a list'],
    ['a rule about nothing', '[[registry]]\nblocked = true', 'neither a prefix nor a location'],
    ['a mirror without place', '[[registry]]\nprefix="a"\n[[registry.mirror]]', 'no location'],
    ['a switch of another kind', '[[registry]]\nprefix="a"\nblocked="yes"', 'neither true nor'],
    [
      'an unknown use',
      '[[registry]]\nprefix="a"\n[[registry.mirror]]\nlocation="b"\npull-from-mirror="x"',
      'cannot be "x"',
    ],
  ])('refuses %s', (_, text, reason) => {
    expect(() => parseRegistriesConf('r.conf', text)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(reason) as string,
      }) as Error,
    );
  });

  it('reads the lists of version 1', () => {
    const old = parseRegistriesConf(
      'r.conf',
      "[registries.search]\nregistries=['a.io']\n[registries.insecure]\nregistries=['b.io']\n[registries.block]\nregistries=['c.io']",
    );
    expect(old.searchRegistries).toEqual(['a.io']);
    expect(old.rules.get('b.io')).toMatchObject({ isInsecure: true, isBlocked: false });
    expect(old.rules.get('c.io')).toMatchObject({ isInsecure: false, isBlocked: true });
  });

  it('only ever throws what says that the file is wrong', () => {
    const word = fc.constantFrom('registry', 'mirror', 'aliases', 'registries', 'prefix', 'x');
    const line = fc.oneof(
      word.map((name) => `[${name}]`),
      word.map((name) => `[[${name}]]`),
      fc
        .tuple(word, fc.constantFrom('1', 'true', '"a"', '["a"]', '{}'))
        .map((pair) => pair.join('=')),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        try {
          parseRegistriesConf('r.conf', lines.join('\n'));
        } catch (error) {
          expect(error).toBeInstanceOf(AssayError);
          expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
        }
      }),
    );
  });

  it('lets later files replace lists, rules and aliases', () => {
    const later = parseRegistriesConf(
      'later.conf',
      'unqualified-search-registries = []\n[[registry]]\nlocation = "registry.com"\n[aliases]\n"gone" = "x.io/back"',
    );
    const merged = mergeRegistriesConf(conf, later);
    expect(merged.searchRegistries).toEqual([]);
    expect(merged.rules.get('registry.com')?.mirrors).toEqual([]);
    expect(merged.rules.size).toBe(conf.rules.size);
    expect(merged.aliases.get('gone')).toEqual({ name: 'x.io/back', from: 'later.conf' });
  });
});

describe('loadRegistriesConf', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-conf-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(path: string, registry: string): string {
    const target = join(folder, path);
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, `unqualified-search-registries = ["${registry}"]\n`);
    return target;
  }

  it('takes the file that a variable names, and the folder beside it', async () => {
    const named = write('own.conf', 'a.io');
    const env = { HOME: folder, CONTAINERS_REGISTRIES_CONF: named };
    expect((await loadRegistriesConf(env, '/none')).searchRegistries).toEqual(['a.io']);
    write('own.conf.d/1.conf', 'b.io');
    write('own.conf.d/2.conf', 'c.io');
    write('own.conf.d/3.txt', 'd.io');
    expect((await loadRegistriesConf(env, '/none')).searchRegistries).toEqual(['c.io']);
  });

  it("takes the user's file in place of the system's, and both folders without it", async () => {
    const env = { HOME: folder };
    expect((await loadRegistriesConf(env, '/none')).searchRegistries).toBeUndefined();
    const system = write('etc/registries.conf', 'system.io');
    const search = async (): Promise<unknown> =>
      (await loadRegistriesConf(env, system)).searchRegistries;
    expect(await search()).toEqual(['system.io']);
    write('etc/registries.conf.d/a.conf', 'part.io');
    expect(await search()).toEqual(['part.io']);
    write('.config/containers/registries.conf.d/a.conf', 'own-part.io');
    expect(await search()).toEqual(['own-part.io']);
    rmSync(join(folder, '.config'), { recursive: true });
    write('.config/containers/registries.conf', 'own.io');
    expect(await search()).toEqual(['own.io']);
  });

  it('says that the file of the variable is not there', async () => {
    const env = { CONTAINERS_REGISTRIES_CONF: join(folder, 'none.conf') };
    await expect(loadRegistriesConf(env)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
