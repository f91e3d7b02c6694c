/**
 * An older PASS does not stand beside something newer that a trusted signer may have made and that
 * cannot be judged.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import {
  MAKER_KEYS as keys,
  putAttestations,
  subjectOf,
  type MadeAttestation as Made,
} from '../../../../../test/support/made-attestations.ts';
import { listedManifests, makeImage, ociFiles } from '../../../../../test/support/stored-images.ts';
import { readVerification } from '../../../../../test/support/verification-answer.ts';
import { LayoutRepository } from '../../../../clients/oci/layout-repository.ts';
import { OCI_MANIFEST } from '../../../../clients/oci/media-types.ts';
import { MAX_ATTESTATION_BYTES } from '../../../../trust/signing/bundle-parts.ts';

const REPOSITORY = 'ghcr.io/acme/app';
const VSA = 'https://slsa.dev/verification_summary/v1';
const CYCLONEDX = 'https://cyclonedx.org/bom';
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const OTHER = `sha256:${'1'.repeat(64)}`;
const LARGE = MAX_ATTESTATION_BYTES + 1;

const files = ociFiles([{ image: makeImage([[{ path: 'srv/data', body: 'x' }]]), tag: '1' }]);
const [IMAGE = ''] = listedManifests(files).map(({ digest }) => digest);

let folder: CommandFolder;
beforeEach(() => {
  folder = new CommandFolder();
  for (const [name, { publicKey }] of Object.entries(keys)) {
    folder.write(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  }
  for (const [path, bytes] of files) folder.write(`images/${path}`, bytes);
});
afterEach(() => folder[Symbol.dispose]());

function verdict(result: string, timeVerified: string): object {
  return { timeVerified, verificationResult: result };
}

const PASS: Made = { predicate: verdict('PASSED', '2025-05-01T00:00:00Z') };
const FAIL = verdict('FAILED', '2025-05-31T00:00:00Z');
const TWICE = '{"verificationResult":"PASSED","verificationResult":"FAILED"}';

async function put(all: readonly Made[]): Promise<void> {
  const usual = { image: IMAGE, repository: REPOSITORY, type: VSA, predicate: FAIL };
  await putAttestations(new LayoutRepository(folder.path('images')), all, usual);
}

/** Something that a referrer lists as its bundle. */
interface Attached {
  readonly sizeBytes: number;
  /** What lies there; absent: nothing. */
  readonly storedBytes?: number;
  readonly claimedType?: string;
}

/** Attaches a referrer whose content was never written: a file with a hole takes no room. */
async function attachBundle({ sizeBytes, storedBytes, claimedType }: Attached): Promise<void> {
  const hex = createHash('sha256').update(`${sizeBytes} ${storedBytes}`).digest('hex');
  if (storedBytes !== undefined) {
    mkdirSync(folder.path('images/blobs/sha256'), { recursive: true });
    writeFileSync(folder.path(`images/blobs/sha256/${hex}`), '');
    truncateSync(folder.path(`images/blobs/sha256/${hex}`), storedBytes);
  }
  const empty = Buffer.from('{}');
  const digest = `sha256:${createHash('sha256').update(empty).digest('hex')}`;
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      artifactType: BUNDLE,
      config: { mediaType: 'application/vnd.oci.empty.v1+json', digest, size: 2 },
      layers: [{ mediaType: BUNDLE, digest: `sha256:${hex}`, size: sizeBytes }],
      subject: { mediaType: OCI_MANIFEST, digest: IMAGE, size: 1 },
      annotations:
        claimedType === undefined ? {} : { 'dev.sigstore.bundle.predicateType': claimedType },
    }),
  );
  const place = `sha256:${createHash('sha256').update(manifest).digest('hex')}` as const;
  await new LayoutRepository(folder.path('images')).putManifest(place, {
    bytes: manifest,
    mediaType: OCI_MANIFEST,
  });
}

const RULES = `version: 1
keys:
  - { name: a, file: a.pub, scopes: ['**'] }
  - { name: b, file: b.pub, scopes: ['**'] }
attestations:
  - { type: verdict, scopes: ['**'], signers: [a] }
`;

async function verify(
  rules = RULES,
  type = 'verdict',
): Promise<{ readonly code: number; readonly causes: string; readonly warnings: string }> {
  folder.write('trust.yaml', rules);
  const { stdout, exitCode } = await folder.assay(
    ...['verify', 'oci:images:1', '--repository', REPOSITORY, '--type', type],
    ...['--trust', './trust.yaml', '-f', 'json'],
  );
  const { verdict: answer } = readVerification(stdout) as {
    readonly verdict: {
      readonly causes: readonly { readonly message: string }[];
      readonly warnings: readonly string[];
    };
  };
  const causes = answer.causes.map(({ message }) => message).join('\n');
  return { code: exitCode, causes, warnings: answer.warnings.join('\n') };
}

describe('beside an older PASS', () => {
  it.each<[string, Attached, number]>([
    ['something too large', { sizeBytes: LARGE, storedBytes: LARGE }, 12],
    [
      'something too large that claims the type',
      { sizeBytes: LARGE, storedBytes: LARGE, claimedType: VSA },
      12,
    ],
    [
      'something too large that claims another type',
      { sizeBytes: LARGE, storedBytes: LARGE, claimedType: CYCLONEDX },
      0,
    ],
    ['a size that is a lie', { sizeBytes: LARGE, storedBytes: 10 }, 0],
    ['a large size of something that is not there', { sizeBytes: LARGE }, 0],
    ['more than the manifest says', { sizeBytes: 10, storedBytes: LARGE }, 12],
  ])('%s', async (_, attached, code) => {
    await put([PASS]);
    await attachBundle(attached);
    const answer = await verify();
    expect(answer.code).toBe(code);
    if (code === 12)
      expect(answer.causes).toMatch(/may be the newest attestation of the type verdict/u);
    // Nothing is ignored silently.
    expect(answer.warnings).toMatch(/It was not judged/u);
  });

  const duplicate = { predicate: TWICE };
  const text = { predicate: '"FAILED"' };
  const version9 = (made: string): string =>
    made.replaceAll('bundle.v0.3+json', 'bundle.v0.9+json');
  it.each<[string, Made, number]>([
    ['a statement that the signer made and that has a key twice', duplicate, 12],
    ['the same in a bundle', { ...duplicate, form: 'bundle' }, 12],
    ['the same by a trusted key that is no signer of the rule', { ...duplicate, key: 'b' }, 0],
    ['the same by a stranger', { ...duplicate, key: 'c' }, 0],
    ['the same by a stranger and the signer', { ...duplicate, key: 'c', alsoBy: 'a' }, 12],
    ['the same changed by a stranger', { ...duplicate, change: (one) => `${one} ` }, 0],
    ['a statement of an unknown version', { statementType: 'https://in-toto.io/Statement/v9' }, 12],
    ['the same by a stranger', { key: 'c', statementType: 'https://in-toto.io/Statement/v9' }, 0],
    ['a predicate that is a text', text, 12],
    ['a predicate that is a text of another type', { ...text, type: CYCLONEDX }, 0],
    [
      'a predicate that is a text about another image',
      { ...text, subject: [subjectOf(REPOSITORY, OTHER)] },
      0,
    ],
    ['a predicate that is a text by a stranger', { ...text, key: 'c' }, 0],
    ['a bundle of an unknown version', { form: 'bundle', stored: version9 }, 12],
    [
      'a bundle of an unknown version by a stranger',
      { form: 'bundle', stored: version9, key: 'c' },
      0,
    ],
    [
      'a bundle of an unknown version of another type',
      { form: 'bundle', stored: version9, type: CYCLONEDX },
      0,
    ],
    ['no JSON', { stored: () => 'x' }, 0],
    ['another payload type', { payloadType: 'application/json' }, 0],
    [
      'a signature that is not base64',
      { stored: (one) => one.replace(/"sig":"[^"]*"/u, '"sig":"?"') },
      0,
    ],
  ])('%s', async (_, made, code) => {
    await put([PASS, made]);
    const answer = await verify();
    expect([answer.code, answer.causes]).toEqual([code, expect.anything()]);
    if (code === 12)
      expect(answer.causes).toMatch(/may be the newest attestation of the type verdict/u);
  });

  const signedOften = (one: string): string =>
    one.replace(/"signatures":\[(\{[^}]*\})\]/u, (_, first: string) => {
      return `"signatures":[${Array.from({ length: 60 }, () => first).join(',')}]`;
    });
  it.each<[string, Made, number]>([
    ['the image', {}, 12],
    ['another image', { subject: [subjectOf(REPOSITORY, OTHER)] }, 0],
  ])('more signatures over %s than are verified', async (_, made, code) => {
    const predicate = { ...FAIL, x: 'x'.repeat(10_000_000) };
    await put([PASS, { key: 'b', predicate, stored: signedOften, ...made }]);
    const { code: found, causes, warnings } = await verify();
    expect([found, warnings]).toEqual([code, expect.stringContaining('It was not judged')]);
    expect(causes.includes('may be the newest')).toBe(code === 12);
  });

  it('a rule that asks for no result and no condition is met', async () => {
    await put([{ type: CYCLONEDX, predicate: {} }]);
    await attachBundle({ sizeBytes: LARGE, storedBytes: LARGE });
    const rules = RULES.replace('type: verdict', 'type: cyclonedx');
    const { code, warnings } = await verify(rules, 'cyclonedx');
    expect([code, warnings]).toEqual([0, expect.stringContaining('It was not judged')]);
  });
});
