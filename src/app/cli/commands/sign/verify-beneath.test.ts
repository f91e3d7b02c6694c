/**
 * What is attached to documents that are attached to an image: it is listed, and never counts for
 * the image.
 */

import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import { putBlob } from '../../../../../test/support/layout-blob.ts';
import { listedManifests, makeImage, ociFiles } from '../../../../../test/support/stored-images.ts';
import { readVerification } from '../../../../../test/support/verification-answer.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import type { Digest } from '../../../../core/model/artifact/artifact.ts';
import { LayoutRepository } from '../../../../clients/oci/layout-repository.ts';
import { OCI_MANIFEST } from '../../../../clients/oci/media-types.ts';
import { listBeneath } from '../../../../trust/signing/image/attached-beneath.ts';

const NAMED = ['--repository', 'ghcr.io/acme/app'];
const SBOM = 'application/vnd.cyclonedx+json';
const NOTE = 'application/vnd.acme.note';
const files = ociFiles([{ image: makeImage([[{ path: 'a', body: 'a' }]]), tag: '1' }]);
const [IMAGE] = listedManifests(files);
if (IMAGE === undefined) throw new Error('no image');

let folder: CommandFolder;
beforeEach(() => {
  folder = new CommandFolder();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  folder.write('team.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
  folder.write('team.pub', publicKey.export({ type: 'spki', format: 'pem' }));
  for (const [name, bytes] of files) folder.write(`images/${name}`, bytes);
});
afterEach(() => folder[Symbol.dispose]());

const layout = (): LayoutRepository => new LayoutRepository(folder.path('images'));

/** Attaches a document to a manifest, or puts it under a tag. */
async function attach(
  subject: { readonly digest: Digest; readonly size?: number },
  artifactType: string,
  { text = '{}', tag }: { readonly text?: string; readonly tag?: string } = {},
): Promise<{ readonly digest: Digest }> {
  const blob = await putBlob(layout(), Buffer.from(text));
  const config = await putBlob(layout(), Buffer.from('{}'));
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      ...{ mediaType: OCI_MANIFEST, artifactType },
      config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: config.digest, size: 2 },
      layers: [{ mediaType: artifactType, digest: blob.digest, size: text.length }],
      subject: { mediaType: OCI_MANIFEST, digest: subject.digest, size: subject.size ?? 1 },
    }),
  );
  const { createHash } = await import('node:crypto');
  const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  await layout().putManifest(tag ?? digest, { bytes, mediaType: OCI_MANIFEST });
  return { digest };
}

interface Answer {
  readonly signatures: readonly { readonly counts: boolean }[];
  readonly beneath?: readonly {
    readonly place: string;
    readonly type: string;
    readonly attachedTo: { readonly digest: string; readonly type: string };
  }[];
  readonly verdict: { readonly exitCode: number; readonly warnings: readonly string[] };
}

async function verify(...more: readonly string[]): Promise<Answer> {
  const args = ['verify', 'oci:images:1', '--verify-key', 'team.pub', ...NAMED, ...more];
  const { stdout, exitCode } = await folder.assay(...args, '-f', 'json');
  const answer = readVerification(stdout) as Answer;
  expect(answer.verdict.exitCode).toBe(exitCode);
  return answer;
}

const sign = async (reference: string, form: string): Promise<unknown> =>
  folder.run('sign', `oci:images${reference}`, '--sign-key', 'team.pem', '--form', form, ...NAMED);

describe('a document that is attached to an image', () => {
  it.each([
    ['sig', 'signatures of cosign'],
    ['bundle', 'application/vnd.dev.sigstore.bundle.v0.3+json'],
  ])(
    'has a signature of its own (%s), which is listed and is none of the image',
    async (form, type) => {
      const sbom = await attach(IMAGE, SBOM);
      await sign(`@${sbom.digest}`, form);
      const unsigned = await verify();
      expect(unsigned).toMatchObject({ signatures: [], verdict: { exitCode: 10 } });
      const attachedTo = { digest: sbom.digest, type: SBOM };
      expect(unsigned.beneath).toEqual([{ place: expect.any(String) as string, type, attachedTo }]);
      expect(unsigned.verdict.warnings.join('\n')).toContain(
        `assay verify oci:images@${sbom.digest}`,
      );
      // The command that the note names.
      const own = ['verify', `oci:images@${sbom.digest}`, '--verify-key', 'team.pub', ...NAMED];
      await folder.run(...own);
      await sign(':1', 'sig');
      const signed = await verify();
      expect([signed.verdict.exitCode, signed.signatures.length]).toEqual([0, 1]);
      expect(signed.beneath).toEqual(unsigned.beneath);
      const { stdout } = await folder.assay(
        'verify',
        'oci:images:1',
        '--verify-key',
        'team.pub',
        ...NAMED,
      );
      expect(stdout).toMatch(/^beneath +place +type +attached to +of type$/mu);
      expect(stdout).toMatch(
        /^not judged +\S.*sha256:[0-9a-f]{64} +application\/vnd\.cyclonedx\+json$/mu,
      );
    },
  );

  it('has an attestation of the type that is required, which does not meet the requirement', async () => {
    const sbom = await attach(IMAGE, SBOM);
    folder.write('note.json', '{}');
    const attest = ['attest', `oci:images@${sbom.digest}`, '--sign-key', 'team.pem', ...NAMED];
    await folder.run(...attest, '--type', 'https://acme.example/note', '--predicate', 'note.json');
    const { verdict, beneath } = await verify('--type', 'https://acme.example/note');
    expect([verdict.exitCode, beneath?.length]).toEqual([10, 2]);
  });

  it('is followed down, and what refers to itself ends', async () => {
    let place: { readonly digest: Digest } = IMAGE;
    for (const text of ['1', '2', '3']) place = await attach(place, NOTE, { text });
    // A tag of the innermost document leads to the outermost one, and one to the image.
    await layout().putManifest(`${place.digest.replace(':', '-')}.att`, {
      ...(await layout().manifest(IMAGE.digest)),
    });
    const { beneath = [] } = await verify();
    expect(beneath.map(({ type }) => type)).toEqual([NOTE, NOTE, 'attestations of cosign']);
  });

  it('is listed only if its own manifest names what it is attached to', async () => {
    const sbom = await attach(IMAGE, SBOM);
    const other = await attach({ digest: `sha256:${'1'.repeat(64)}` }, NOTE);
    const lying = Object.assign(layout(), {
      referrers: (digest: Digest) =>
        Promise.resolve(
          [IMAGE.digest, sbom.digest].includes(digest)
            ? [sbom, other].map((one) => ({
                ...one,
                mediaType: '',
                sizeBytes: 1,
                urls: [],
                annotations: new Map(),
              }))
            : [],
        ),
    });
    const { found, notes } = await listBeneath(lying, [IMAGE.digest], new AbortController().signal);
    expect([found, notes]).toEqual([[], []]);
  });

  it('is left out beyond the limits, which is said', async () => {
    for (let at = 0; at < 25; at += 1) await attach(IMAGE, NOTE, { text: String(at) });
    const { verdict, beneath } = await verify();
    expect([verdict.exitCode, beneath, verdict.warnings]).toEqual([
      10,
      undefined,
      [expect.stringContaining('is not listed for 5 more of them')],
    ]);
  });

  it('reads no more referrers than the limit, however many are listed', async () => {
    const one = await attach(IMAGE, NOTE);
    const listed = { ...one, mediaType: '', sizeBytes: 1, urls: [], annotations: new Map() };
    let readCount = 0;
    const crowded = Object.assign(layout(), {
      referrers: () => Promise.resolve(Array.from({ length: 150 }, () => listed)),
      manifest: () => {
        readCount += 1;
        return Promise.reject(new AssayError('DAMAGED', 'no manifest'));
      },
    });
    const { notes } = await listBeneath(crowded, [IMAGE.digest], new AbortController().signal);
    expect([readCount, notes[0]]).toEqual([100, expect.stringContaining('for 50 more')]);
  });

  it('leaves the verdict as it is if the registry cannot be asked, unless the run has ended', async () => {
    const sbom = await attach(IMAGE, SBOM);
    const broken = Object.assign(layout(), {
      resolve: (version: string) =>
        Promise.reject(
          version.includes(sbom.digest.slice(7))
            ? new AssayError('NETWORK', 'the registry is gone')
            : new AssayError('NOT_FOUND', 'no such tag'),
        ),
    });
    const ended = new AbortController();
    const { found, notes } = await listBeneath(broken, [IMAGE.digest], ended.signal);
    expect([found, notes]).toEqual([[], [expect.stringContaining('the registry is gone')]]);
    ended.abort();
    await expect(listBeneath(broken, [IMAGE.digest], ended.signal)).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });
});
