import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import '../../../../test/support/property-seed.ts';
import { missingTool, needs, run } from '../../../../test/support/tools.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { writeTar, type TarMember } from '../../../formats/archive/tar/tar-writer.ts';
import { cachedGem } from './cached-gem.ts';

const CACHE = '/usr/local/bundle/cache/foo-1.2.gem';
const METADATA =
  '--- !ruby/object:Gem::Specification\nname: foo\nversion: !ruby/object:Gem::Version\n  version: 1.2\nplatform: ruby\n';

interface Parts {
  readonly metadata?: Uint8Array;
  readonly data?: Uint8Array;
  readonly sums?: string;
}

const member = (name: string, body: Uint8Array | string): TarMember => ({ path: name, body });
const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

function gemOf(parts: Parts = {}): Uint8Array {
  const metadata = parts.metadata ?? gzipSync(METADATA);
  const data = parts.data ?? gzipSync(writeTar([member('lib/foo.rb', 'puts 1')]));
  const sums =
    parts.sums ??
    `---\nSHA256:\n  metadata.gz: ${sha256(metadata)}\n  data.tar.gz: ${sha256(data)}\n`;
  return writeTar([
    member('metadata.gz', metadata),
    member('data.tar.gz', data),
    member('checksums.yaml.gz', gzipSync(sums)),
  ]);
}

describe('a gem in the cache', () => {
  it('testifies about the gem that was installed from it', async () => {
    const { packages, externalClaims } = await readCatalog(cachedGem, CACHE, gemOf());
    expect(packages).toEqual([]);
    expect(externalClaims).toEqual([
      {
        of: { kind: 'record', path: '/usr/local/bundle/specifications/foo-1.2.gemspec' },
        ownedFiles: [
          {
            path: '/usr/local/bundle/gems/foo-1.2/lib/foo.rb',
            kind: 'file',
            digest: `sha256:${sha256('puts 1')}`,
          },
        ],
        versionClaims: [{ by: 'cached gem', version: '1.2', weight: 'binding', path: CACHE }],
        selfChecks: [
          {
            by: 'sha256 of metadata.gz in the cached gem foo-1.2',
            outcome: 'match',
            kind: 'content',
            path: CACHE,
          },
          {
            by: 'sha256 of data.tar.gz in the cached gem foo-1.2',
            outcome: 'match',
            kind: 'content',
            path: CACHE,
          },
        ],
      },
    ]);
  });

  it('whose data was changed says so', async () => {
    const honest = gzipSync(writeTar([member('lib/foo.rb', 'puts 1')]));
    const sums = `---\nSHA256:\n  data.tar.gz: ${sha256(honest)}\n`;
    const data = gzipSync(writeTar([member('lib/foo.rb', 'puts 2')]));
    const { externalClaims } = await readCatalog(cachedGem, CACHE, gemOf({ data, sums }));
    expect(externalClaims?.[0]?.selfChecks).toMatchObject([
      { outcome: 'mismatch', claimed: sha256(honest), found: sha256(data) },
    ]);
  });

  it('cannot name files outside its folder', async () => {
    const data = gzipSync(writeTar([member('../../../etc/passwd', 'x'), member('./a', 'y')]));
    const { externalClaims } = await readCatalog(cachedGem, CACHE, gemOf({ data }));
    expect(Array.from(externalClaims?.[0]?.ownedFiles ?? [], (owned) => owned.path)).toEqual([
      '/usr/local/bundle/gems/foo-1.2/a',
    ]);
  });

  it('elsewhere testifies about nothing', async () => {
    expect(await readCatalog(cachedGem, '/downloads/foo-1.2.gem', gemOf())).toEqual({
      packages: [],
    });
  });

  it('that unpacks to too much is beyond the limit', async () => {
    const data = gzipSync(writeTar([member('a', Buffer.alloc(70 * 1024 * 1024))]));
    await expect(readCatalog(cachedGem, CACHE, gemOf({ data }))).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
  });

  it('of any bytes is refused or read', async () => {
    const sample = gemOf();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(sample.length),
        fc.nat(sample.length - 1),
        fc.nat(255),
        async (length, at, value) => {
          const bytes = Uint8Array.from(sample);
          bytes[at] = value;
          for (const body of [bytes, sample.subarray(0, length)]) {
            await readCatalog(cachedGem, CACHE, body).catch((error: unknown) => {
              expect(error).toBeInstanceOf(AssayError);
            });
          }
        },
      ),
    );
  });
});

describe.skipIf(missingTool('gem') !== undefined)(
  `a gem that RubyGems built and installed${needs(missingTool('gem'))}`,
  () => {
    let folder = '';

    beforeAll(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'assay-gem-'));
      mkdirSync(path.join(folder, 'lib'));
      writeFileSync(path.join(folder, 'lib/foo.rb'), 'puts 1\n');
      const spec =
        'Gem::Specification.new { |s| s.name = "foo"; s.version = "1.2"; s.summary = "x"; s.authors = ["x"]; s.files = ["lib/foo.rb"] }';
      writeFileSync(path.join(folder, 'foo.gemspec'), spec);
      run('gem', ['build', 'foo.gemspec'], folder);
      run(
        'gem',
        [
          'install',
          '--local',
          '--no-document',
          '--install-dir',
          path.join(folder, 'root'),
          'foo-1.2.gem',
        ],
        folder,
      );
    }, 60_000);

    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    it('has the files that its cached gem names', async () => {
      const cached = path.join(folder, 'root/cache/foo-1.2.gem');
      const { externalClaims = [] } = await readCatalog(cachedGem, cached, readFileSync(cached));
      const [testimony] = externalClaims;
      expect(testimony?.of).toEqual({
        kind: 'record',
        path: path.join(folder, 'root/specifications/foo-1.2.gemspec'),
      });
      expect(Array.from(testimony?.ownedFiles ?? [], (owned) => owned.digest)).toEqual([
        `sha256:${sha256(readFileSync(path.join(folder, 'root/gems/foo-1.2/lib/foo.rb')))}`,
      ]);
      expect(testimony?.versionClaims?.map(({ version }) => version)).toEqual(['1.2']);
      expect(testimony?.selfChecks?.map(({ outcome }) => outcome)).toEqual(['match', 'match']);
    });
  },
);
