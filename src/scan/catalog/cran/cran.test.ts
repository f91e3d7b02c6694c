import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { rDescription } from './description.ts';
import { renvLock } from './renv-lock.ts';

const LOCK = `{ "R": { "Version": "4.3.1" }, "Packages": {
"markdown": { "Package": "markdown", "Version": "1.0", "Source": "Repository", "Repository": "CRAN", "Requirements": ["mime"] },
"mime": { "Package": "mime", "Version": "0.12.1", "Source": "GitHub", "RemoteType": "github", "RemoteHost": "api.github.com", "RemoteUsername": "yihui", "RemoteRepo": "mime", "RemoteSha": "1763" },
"BSgenome": { "Package": "BSgenome", "Version": "1.60.0", "Source": "Bioconductor" },
"bad": { "Package": "bad" } } }`;
const DESCRIPTION = `Package: markdown
Version: 1.0-2
Depends: R (>= 2.11.1), methods
Imports: utils, xfun,
    mime (>= 0.3)
License: MIT + file LICENSE
Built: R 4.3.1; ; 2023-01-01; unix
`;

describe('renv.lock', () => {
  it('lists packages of CRAN, Bioconductor and git', async () => {
    const { packages, diagnostics } = await readCatalog(renvLock, '/renv.lock', LOCK);
    expect(packages).toEqual([
      { name: 'markdown', version: '1.0', dependsOn: ['mime'], line: 2 },
      {
        name: 'mime',
        version: '0.12.1',
        qualifiers: new Map([['vcs_url', 'git+https://github.com/yihui/mime@1763']]),
        line: 3,
      },
      { name: 'BSgenome', version: '1.60.0', ecosystem: 'bioconductor', line: 4 },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it('survives hostile files', () => survivesHostileInput(renvLock, '/renv.lock', LOCK));
});

describe('DESCRIPTION', () => {
  const path = '/usr/lib/R/site-library/markdown/DESCRIPTION';

  it('is of an installed package', async () => {
    expect(await readCatalog(rDescription, path, DESCRIPTION)).toEqual({
      packages: [
        {
          name: 'markdown',
          version: '1.0-2',
          licenses: ['MIT + file LICENSE'],
          dependsOn: ['utils', 'xfun', 'mime', 'methods'],
        },
      ],
    });
  });

  it('tells Bioconductor and git apart', async () => {
    const body = `${DESCRIPTION}biocViews: Genetics\nRemoteType: git\nRemoteUrl: https://h/a\nRemoteSha: 12\n`;
    const { packages } = await readCatalog(rDescription, path, body);
    expect(packages[0]).toMatchObject({
      ecosystem: 'bioconductor',
      qualifiers: new Map([['vcs_url', 'git+https://h/a@12']]),
    });
  });

  it('has a gap where it tells its version twice', async () => {
    const body = 'Package: a\nVersion: 1\nVersion: 2\nBuilt: R 4.1.0\n';
    const { packages, diagnostics } = await readCatalog(rDescription, path, body);
    expect(packages).toMatchObject([{ name: 'a', version: '1' }]);
    expect(diagnostics).toMatchObject([{ gap: 'unreadable', location: { line: 2 } }]);
  });

  it('is a note in a source tree, and nothing of another tool', async () => {
    const result = await readCatalog(rDescription, path, 'Package: a\nVersion: 1\n');
    expect([result.packages, result.diagnostics?.length]).toEqual([[], 1]);
    expect(await readCatalog(rDescription, path, 'Just words')).toEqual({ packages: [] });
  });

  it('survives hostile files', () => survivesHostileInput(rDescription, path, DESCRIPTION));
});

const samples = sharedPath('samples/lockfiles/r');

it.skipIf(samples === undefined).each([
  ['one-package', ['morning@0.1.0']],
  ['two-packages', ['markdown@1.0', 'mime@0.7']],
  ['with-bioconductor', ['BH@1.75.0-0', 'BSgenome@1.60.0']],
  ['with-mixed-sources', ['markdown@1.0', 'mime@0.12.1']],
  ['empty', []],
])('the sample %s (needs ../shared)', async (name, packages) => {
  const body = await readFile(`${samples ?? ''}/${name}.lock`);
  expect(namesOf(await readCatalog(renvLock, '/renv.lock', body))).toEqual(packages);
});
