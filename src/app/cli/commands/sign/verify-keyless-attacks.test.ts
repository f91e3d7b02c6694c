/** Attempts to have an image accepted with a certificate that does not prove its signer or time. */

import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import type { Certified } from '../../../../../test/support/keyless-signatures.ts';
import {
  b64,
  bundleOf,
  ISSUER,
  preAuthEncoding,
  signed,
  SigstoreMock,
  type Json,
} from '../../../../../test/support/sigstore-mock.ts';
import { listedManifests, makeImage, ociFiles } from '../../../../../test/support/stored-images.ts';
import { attachBundle } from '../../../../../test/support/unnamed-bundles.ts';
import { LayoutRepository } from '../../../../clients/oci/layout-repository.ts';

const ADA = 'ada@example.com';
const DAY_MS = 24 * 60 * 60 * 1000;
const STATEMENT = 'application/vnd.in-toto+json';
const files = ociFiles([{ image: makeImage([[{ path: 'srv/data', body: 'x' }]]), tag: '1' }]);
const [IMAGE = ''] = listedManifests(files).map(({ digest }) => digest);

let mock: SigstoreMock;
let other: SigstoreMock;
let folder: CommandFolder;
beforeAll(async () => {
  mock = await SigstoreMock.start();
  other = await SigstoreMock.start();
});
beforeEach(() => {
  folder = new CommandFolder();
  for (const [path, bytes] of files) folder.write(`images/${path}`, bytes);
  // The root names no log of signatures: timestamps prove the time.
  folder.write('root.json', JSON.stringify({ ...mock.root(), tlogs: [] }));
});
afterEach(() => folder[Symbol.dispose]());

async function signerOf(authority: SigstoreMock, from = Date.now()): Promise<Certified> {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...pair, certificate: await authority.certifyAddress(pair, { address: ADA, from }) };
}

interface Parts {
  readonly signer: Certified;
  readonly clock?: SigstoreMock;
  /** Changes the timestamps. */
  readonly stamps?: (signature: Buffer) => Promise<readonly Json[]>;
}

/** Attaches a bundle as cosign 3 makes it for an identity with a timestamp. */
async function put({ signer, clock = mock, stamps }: Parts): Promise<void> {
  const payload = JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256: IMAGE.slice('sha256:'.length) } }],
    predicateType: 'https://sigstore.dev/cosign/sign/v1',
    predicate: {},
  });
  const sig = signed(preAuthEncoding(STATEMENT, payload), signer);
  const dsseEnvelope = {
    payload: b64(Buffer.from(payload)),
    payloadType: STATEMENT,
    signatures: [{ sig: b64(sig) }],
  };
  const proof = { stamps: stamps ? await stamps(sig) : [await clock.timestamp(sig)] };
  const bundle = bundleOf(signer.certificate, { dsseEnvelope }, proof);
  const layout = new LayoutRepository(folder.path('images'));
  await attachBundle(layout, IMAGE, Buffer.from(JSON.stringify(bundle)));
}

async function verify(...more: readonly string[]): Promise<readonly [number, string]> {
  const signer = ['--certificate-identity', ADA, '--certificate-oidc-issuer', ISSUER];
  const asked = ['verify', 'oci:images:1', '--repository', 'ghcr.io/acme/app', ...signer];
  const flags = ['--trusted-root', 'root.json', '--use-signed-timestamps', ...more];
  const { exitCode, stdout } = await folder.assay(...asked, ...flags);
  return [exitCode, stdout];
}

describe('assay verify by an identity', () => {
  it('accepts a timestamp within the time of the certificate', async () => {
    await put({ signer: await signerOf(mock) });
    expect((await verify())[0]).toBe(0);
  });

  it.each<[string, () => Promise<void>, RegExp]>([
    [
      'a chain to another root',
      async () => put({ signer: await signerOf(other) }),
      /certificate that the trusted root does not confirm/u,
    ],
    [
      'a timestamp after the end of the certificate',
      async () => put({ signer: await signerOf(mock, Date.now() - DAY_MS) }),
      /does not confirm for that time/u,
    ],
    [
      'a timestamp before the beginning of the certificate',
      async () => put({ signer: await signerOf(mock, Date.now() + DAY_MS) }),
      /does not confirm for that time/u,
    ],
    [
      'a timestamp of another authority',
      async () => put({ signer: await signerOf(mock), clock: other }),
      /has no time that the trusted root confirms/u,
    ],
    [
      'a timestamp of another signature',
      async () =>
        put({
          signer: await signerOf(mock),
          stamps: async () => [await mock.timestamp(Buffer.from('other'))],
        }),
      /has no time that the trusted root confirms/u,
    ],
    [
      'a second timestamp that does not verify',
      async () =>
        put({
          signer: await signerOf(mock),
          stamps: async (signature) => [
            await mock.timestamp(signature),
            await other.timestamp(signature),
          ],
        }),
      /has no time that the trusted root confirms/u,
    ],
    [
      'no timestamp',
      async () => put({ signer: await signerOf(mock), stamps: () => Promise.resolve([]) }),
      /has no timestamp, and --use-signed-timestamps demands one/u,
    ],
  ])('refuses %s', async (_, write, reason) => {
    await write();
    expect(await verify()).toEqual([12, expect.stringMatching(reason)]);
  });

  it('refuses a timestamp alone where the root names a log', async () => {
    folder.write('root.json', JSON.stringify(mock.root()));
    await put({ signer: await signerOf(mock) });
    const [exitCode, stdout] = await verify();
    expect([exitCode, stdout]).toEqual([12, expect.stringMatching(/no entry of a transparency/u)]);
  });
});
