import { readdirSync, readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import '../../../../test/support/property-seed.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { condaMeta } from './conda-meta.ts';

const SAMPLES = sharedPath('samples/lockfiles/conda/conda-meta');
const PATH = '/opt/conda/envs/x/conda-meta/zlib-1.2.11-h90dfc92_1014.json';
const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];

function recordOf(fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    name: 'zlib',
    version: '1.2.11',
    build: 'h90dfc92_1014',
    channel: 'https://conda.anaconda.org/conda-forge/linux-64',
    subdir: 'linux-64',
    fn: 'zlib-1.2.11-h90dfc92_1014.tar.bz2',
    url: 'https://conda.anaconda.org/conda-forge/linux-64/zlib-1.2.11-h90dfc92_1014.tar.bz2',
    license: 'Zlib',
    sha256: A,
    depends: ['libzlib 1.2.11 h90dfc92_1014', 'python >=3.9,<3.10.0a0', '__glibc >=2.17'],
    ...fields,
  });
}

describe('the record of a conda package', () => {
  it('names the package, its files and what it needs', async () => {
    const paths = [
      {
        _path: 'include/zlib.h',
        path_type: 'hardlink',
        sha256: A,
        sha256_in_prefix: B,
        prefix_placeholder: '/placehold',
      },
      // Nothing says that the file is changed when it is installed.
      { _path: 'bin/zlib', path_type: 'hardlink', sha256: A, sha256_in_prefix: B },
      { _path: 'lib/libz.so', path_type: 'softlink', sha256: A },
      { _path: 'lib/x.pyc', path_type: 'pyc_file' },
      { _path: '../../etc/passwd', path_type: 'hardlink', sha256: A },
    ];
    const result = await readCatalog(condaMeta, PATH, recordOf({ paths_data: { paths } }));
    expect(result.packages).toEqual([
      {
        name: 'zlib',
        version: '1.2.11',
        line: 1,
        qualifiers: new Map([
          ['build', 'h90dfc92_1014'],
          ['channel', 'conda-forge'],
          ['subdir', 'linux-64'],
          ['type', 'tar.bz2'],
        ]),
        licenses: ['Zlib'],
        dependsOn: ['libzlib', 'python'],
        digests: [`sha256:${A}`],
        ownedFiles: [
          { path: '/opt/conda/envs/x/include/zlib.h', kind: 'file', digest: `sha256:${B}` },
          { path: '/opt/conda/envs/x/bin/zlib', kind: 'file', digest: `sha256:${A}` },
          { path: '/opt/conda/envs/x/lib/libz.so', kind: 'link' },
        ],
        versionClaims: [
          { by: 'file name', version: '1.2.11', weight: 'binding', name: 'zlib' },
          { by: 'package file', version: '1.2.11', weight: 'binding', name: 'zlib' },
          { by: 'address', version: '1.2.11', weight: 'binding', name: 'zlib' },
        ],
      },
    ]);
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual([undefined]);
  });

  it('is contradicted where its version was edited', async () => {
    const { packages } = await readCatalog(condaMeta, PATH, recordOf({ version: '9' }));
    expect(packages[0]?.versionClaims?.map(({ version }) => version)).toEqual([
      '1.2.11',
      '1.2.11',
      '1.2.11',
    ]);
  });

  it('is contradicted where its name was edited', async () => {
    const { packages } = await readCatalog(condaMeta, PATH, recordOf({ name: 'harmless' }));
    expect(packages[0]?.versionClaims?.map(({ name }) => name)).toEqual(['zlib', 'zlib', 'zlib']);
  });

  it('lies beside other files, which are none', async () => {
    expect(await readCatalog(condaMeta, '/opt/conda/conda-meta/history', '==> 2024 <==')).toEqual({
      packages: [],
    });
  });

  it.each(['', '[]', '{}', '{"name":"x"}', '{"name":1,"version":"2"}'])(
    'that is none is refused: %j',
    async (text) => {
      await expect(readCatalog(condaMeta, PATH, text)).rejects.toThrow(ParseError);
    },
  );

  it('of any values is refused or read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.constantFrom('name', 'version', 'build', 'fn', 'depends', 'paths_data', 'channel'),
          fc.jsonValue(),
        ),
        async (fields) => {
          await readCatalog(condaMeta, PATH, recordOf(fields)).catch((error: unknown) => {
            expect(error).toBeInstanceOf(ParseError);
          });
        },
      ),
    );
  });
});

describe.skipIf(SAMPLES === undefined)('records of other tools (needs ../shared)', () => {
  it.each(SAMPLES === undefined ? [] : readdirSync(SAMPLES))('%s', async (name) => {
    const { packages } = await readCatalog(
      condaMeta,
      `/opt/conda/conda-meta/${name}`,
      readFileSync(`${SAMPLES ?? ''}/${name}`),
    );
    const [pkg] = packages;
    expect(name).toBe(
      `${pkg?.name ?? ''}-${pkg?.version ?? ''}-${pkg?.qualifiers?.get('build') ?? ''}.json`,
    );
    expect(pkg?.versionClaims?.every(({ version }) => version === pkg.version)).toBe(true);
    expect(pkg?.ownedFiles?.length).toBeGreaterThan(0);
  });
});
