import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { dockerArchive, makeImage } from '../../../test/support/stored-images.ts';
import { quietContext } from '../../core/base/context.ts';
import { writeTar } from '../../formats/archive/tar/tar-writer.ts';
import { scan, type VerifyDepth } from './index.ts';

const STATUS = `Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.37-2

`;
const BASH = {
  path: 'usr/bin/bash',
  body: '\u007fELF@(#)Bash version 5.2.37(1) release GNU\0',
  mode: 0o755,
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-verify-none-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function names(
  members: Parameters<typeof makeImage>[0][number],
  verify: VerifyDepth,
): Promise<readonly string[]> {
  const image = makeImage([members], { forms: ['plain'] });
  const path = join(folder, 'image.tar');
  writeFileSync(path, writeTar(dockerArchive([{ image, tags: ['app:1'] }])));
  const report = await scan(
    { targets: [{ reference: path, kind: 'image' }], verify },
    quietContext(),
  );
  return (report.results[0]?.inventory.packages ?? []).map(({ name }) => name).sort();
}

describe('without verification', () => {
  it.each(['none', 'manifests', 'full'] as const)(
    'a program that a package of the system has brought is still no package of its own: %s',
    async (verify) => {
      const status = { path: 'var/lib/dpkg/status', body: STATUS };
      const owned = {
        path: 'var/lib/dpkg/info/bash.md5sums',
        body: `${createHash('md5').update(BASH.body).digest('hex')}  usr/bin/bash\n`,
      };
      expect(await names([status, owned, BASH], verify)).toEqual(['bash']);
      const other = { path: 'var/lib/dpkg/status', body: STATUS.replace('bash', 'other') };
      expect(await names([other, BASH], verify)).toEqual(['bash', 'other']);
    },
  );

  it.each([
    ['symlink', 'bash'],
    ['hardlink', 'usr/bin/bash'],
  ] as const)('it is one that a package names by a %s', async (type, target) => {
    const members = [
      { path: 'var/lib/dpkg/status', body: STATUS.replace('bash', 'bash-static') },
      {
        path: 'var/lib/dpkg/info/bash-static.md5sums',
        body: `${createHash('md5').update(BASH.body).digest('hex')}  usr/bin/shell\n`,
      },
      BASH,
      { path: 'usr/bin/shell', type, target },
    ];
    expect(await names(members, 'none')).toEqual(['bash-static']);
    expect(await names(members, 'full')).toEqual(['bash-static']);
  });
});
