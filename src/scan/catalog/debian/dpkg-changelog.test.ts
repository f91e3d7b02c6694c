import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { catalogFile, readCatalog } from '../../../../test/support/catalog-file.ts';
import { quietContext } from '../../../core/base/context.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { dpkgChangelog } from './dpkg-changelog.ts';

const DOC = '/usr/share/doc/libssl3t64';
const HEADING = 'openssl (3.5.1-1+deb13u1) trixie-security; urgency=medium\n\n  * Fix.\n';

function read(text: string, path = `${DOC}/changelog.Debian.gz`): Promise<CatalogResult> {
  return readCatalog(dpkgChangelog, path, gzipSync(text));
}

function versionOf(result: CatalogResult): string | undefined {
  return result.externalClaims?.[0]?.versionClaims?.[0]?.version;
}

describe('dpkgChangelog', () => {
  it('claims the version of the source', async () => {
    const path = `${DOC}/changelog.Debian.gz`;
    expect(await read(HEADING)).toEqual({
      packages: [],
      externalClaims: [
        {
          of: { kind: 'name', name: 'libssl3t64' },
          versionClaims: [
            {
              by: 'changelog.Debian.gz',
              version: '3.5.1-1+deb13u1',
              weight: 'binding',
              part: 'source',
              name: 'openssl',
              path,
            },
          ],
        },
      ],
    });
  });

  it.each([
    ['an epoch', 'ruby-defaults (1:3.3) unstable; urgency=medium', '1:3.3'],
    ['two distributions', 'a (1-1) stable unstable; urgency=low', '1-1'],
    ['empty lines before', '\n\na (1-1) stable; urgency=low', '1-1'],
    ['capitals and further settings', 'a (1-1) UNRELEASED; urgency=HIGH, binary-only=yes', '1-1'],
    ['no distribution', 'a (1-1); urgency=low', undefined],
    ['the form of another project', 'Version 3.5.1 (2025-07-01)', undefined],
    ['nothing', '', undefined],
  ])('reads a heading with %s', async (_name, text, version) => {
    expect(versionOf(await read(text))).toBe(version);
  });

  it.each([
    ['of a native package', 'dpkg (1.22.21) trixie; urgency=medium', '1.22.21'],
    ['of a project that follows the form', 'nano (8.4-1) x; urgency=low', undefined],
  ])('reads changelog.gz %s', async (_name, text, version) => {
    expect(versionOf(await read(text, `${DOC}/changelog.gz`))).toBe(version);
  });

  it('does not read changelog.gz beside a changelog.Debian.gz', async () => {
    const path = `${DOC}/changelog.gz`;
    const file = catalogFile(path, gzipSync('a (1) x; urgency=low'));
    const siblings = { get: (wanted: string) => (wanted === path ? undefined : file) };
    expect(await dpkgChangelog.read(file, siblings, quietContext())).toEqual({ packages: [] });
  });

  it('reads the beginning of a long one', async () => {
    const noise = Array.from({ length: 20_000 }, (_, at) => ` * ${at * 7919}\n`).join('');
    expect(versionOf(await read(HEADING + noise))).toBe('3.5.1-1+deb13u1');
  });

  it.each(['/srv/usr/share/doc/a/changelog.gz', '/usr/share/doc/a/b/changelog.gz'])(
    'passes over %s',
    async (path) => {
      expect(await read(HEADING, path)).toEqual({ packages: [] });
    },
  );

  it('survives any bytes and any end', async () => {
    const whole = gzipSync(HEADING);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.nat(whole.length).map((end) => whole.subarray(0, end)),
        ),
        async (bytes) => {
          const result = await readCatalog(dpkgChangelog, `${DOC}/changelog.gz`, bytes);
          expect(result.packages).toEqual([]);
        },
      ),
    );
  });
});
