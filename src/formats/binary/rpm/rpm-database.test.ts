import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { ByteSource } from '../../bytes/byte-source.ts';
import { readOpenPgpKeys, type OpenPgpKey } from '../../crypto/openpgp/openpgp-keys.ts';
import { readRpmDatabase } from './rpm-database.ts';
import { headerDigests } from './rpm-digest.ts';
import { RPM_TAG, RpmHeader } from './rpm-header.ts';
import { verifyHeaderSignature } from './rpm-signature.ts';

const samples = sharedPath('samples/rpm');

function sample(path: string): Buffer {
  const bytes = readFileSync(`${samples ?? ''}/${path}`);
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

function source(bytes: Uint8Array): ByteSource {
  return {
    path: '/var/lib/rpm/Packages',
    sizeBytes: bytes.length,
    readAt: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}

async function headersOf(bytes: Uint8Array): Promise<readonly RpmHeader[]> {
  const headers: RpmHeader[] = [];
  for await (const blob of readRpmDatabase(source(bytes))) {
    const header = blob && RpmHeader.read(blob);
    if (header !== undefined) headers.push(header);
  }
  return headers;
}

describe.skipIf(!samples)('signatures of headers (needs ../shared)', () => {
  function outcomes(
    headers: readonly RpmHeader[],
    keys: readonly OpenPgpKey[],
  ): Readonly<Record<string, string>> {
    return Object.fromEntries(
      headers.map((header) => [
        header.text(RPM_TAG.name) ?? '',
        verifyHeaderSignature(header, keys).outcome,
      ]),
    );
  }

  it('are good with the key, of an unknown key without it, and bad after a change', async () => {
    const keys = readOpenPgpKeys('sample.asc', sample('sample.asc'));
    expect(keys.map(({ keyId }) => keyId)).toContain('ca4a242db6b95f8d');
    const headers = await headersOf(sample('sqlite-own/rpmdb.sqlite'));
    expect(outcomes(headers, keys)).toMatchObject({
      openssl: 'good',
      'openssl-libs': 'good',
      bash: 'unsigned',
    });
    expect(outcomes(headers, [])).toMatchObject({ openssl: 'unknownKey', bash: 'unsigned' });
    const tampered = await headersOf(sample('sqlite-tampered/rpmdb.sqlite'));
    expect(outcomes(tampered, keys)).toMatchObject({ openssl: 'bad', 'openssl-libs': 'bad' });
    // The start of the digest in the signature gives a change away even where the key is not known.
    expect(outcomes(tampered, [])).toMatchObject({ openssl: 'bad' });
  });

  const vendorKeys = process.env['ASSAY_GPG_KEYS'] ?? '/usr/share/distribution-gpg-keys';

  it.skipIf(!existsSync(vendorKeys))(
    'of vendors are good with the keys that they publish (needs distribution-gpg-keys)',
    async () => {
      const keys = ['azure-linux', 'suse', 'redhat'].flatMap((folder) =>
        readdirSync(`${vendorKeys}/${folder}`).flatMap((name) => {
          const path = `${vendorKeys}/${folder}/${name}`;
          return readOpenPgpKeys(path, readFileSync(path));
        }),
      );
      for (const path of [
        'sqlite-mariner2/rpmdb.sqlite.gz',
        'ndb-sle15-bci/Packages.db.gz',
        'bdb-libuuid/Packages',
      ]) {
        const headers = await headersOf(sample(path));
        const packages = headers.filter((header) => header.text(RPM_TAG.name) !== 'gpg-pubkey');
        const results = packages.map((header) => verifyHeaderSignature(header, keys).outcome);
        expect(new Set(results), path).toEqual(new Set(['good']));
        for (const header of packages) {
          for (const { stated, found } of headerDigests(header)) expect(found).toBe(stated);
        }
      }
    },
  );
});

describe('keys', () => {
  it.each([
    '',
    'no key',
    '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n',
  ])('%j is none', (text) => {
    expect(() => readOpenPgpKeys('/a.asc', Buffer.from(text))).toThrow(ParseError);
  });
});

describe.skipIf(!samples)('damaged databases (needs ../shared)', () => {
  it.each([
    'sqlite-own/rpmdb.sqlite',
    'ndb-own/Packages.db',
    'bdb-syft/Packages',
    'bdb-epoch/Packages',
  ])('%s: ends with an error of the file, or without, whatever the bytes', async (path) => {
    const good = sample(path);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), {
          maxLength: 20,
        }),
        fc.option(fc.nat(good.length - 1)),
        async (changes, length) => {
          const bytes = Buffer.from(good.subarray(0, length ?? undefined));
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          try {
            for (const header of await headersOf(bytes)) {
              header.texts(RPM_TAG.baseNames);
              header.numbers(RPM_TAG.fileModes);
              headerDigests(header);
              verifyHeaderSignature(header, []);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(ParseError);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('headers', () => {
  it('are read from any bytes without harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(12), (bytes, entries) => {
        const header = Buffer.from(bytes);
        if (header.length >= 8) {
          header.writeUInt32BE(entries, 0);
          header.writeUInt32BE(Math.max(0, header.length - 8 - entries * 16), 4);
        }
        const read = RpmHeader.read(header);
        for (const tag of Object.values(RPM_TAG)) {
          read?.texts(tag);
          read?.numbers(tag);
          read?.binary(tag);
        }
      }),
    );
  });
});
