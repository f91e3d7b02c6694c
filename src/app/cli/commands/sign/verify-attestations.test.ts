import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import {
  MAKER_KEYS as keys,
  putAttestations,
  subjectOf as namedSubject,
  type MadeAttestation as Made,
} from '../../../../../test/support/made-attestations.ts';
import { listedManifests, makeImage, ociFiles } from '../../../../../test/support/stored-images.ts';
import { readVerification } from '../../../../../test/support/verification-answer.ts';
import { MAX_ATTESTATION_BYTES } from '../../../../trust/signing/bundle-parts.ts';
import { LayoutRepository } from '../../../../clients/oci/layout-repository.ts';
import { OCI_MANIFEST } from '../../../../clients/oci/media-types.ts';

const REPOSITORY = 'ghcr.io/acme/app';
const VSA = 'https://slsa.dev/verification_summary/v1';
const SLSA1 = 'https://slsa.dev/provenance/v1';
const CYCLONEDX = 'https://cyclonedx.org/bom';
const COSIGN_ATT = 'application/vnd.dev.cosign.artifact.att.v1+json';
const OTHER = `sha256:${'1'.repeat(64)}`;

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

function verdict(result: string, timeVerified?: string): object {
  return {
    verifier: { id: 'v' },
    ...(timeVerified !== undefined && { timeVerified }),
    resourceUri: 'r',
    policy: { uri: 'p' },
    verificationResult: result,
  };
}

const subjectOf = (digest: string): object => namedSubject(REPOSITORY, digest);

/** Layouts with many attestations, which take seconds to write; by what is attached, in JSON. */
const kept = new Map<string, string>();
const LEAST_KEPT = 50;
afterAll(() => {
  for (const one of kept.values()) rmSync(one, { recursive: true, force: true });
});

async function put(all: readonly Made[]): Promise<void> {
  if (all.length < LEAST_KEPT) return write(all);
  const [id, images] = [JSON.stringify(all), folder.path('images')];
  const earlier = kept.get(id);
  if (earlier !== undefined) {
    cpSync(earlier, images, { recursive: true });
    return;
  }
  await write(all);
  const copy = mkdtempSync(path.join(tmpdir(), 'assay-attached-'));
  kept.set(id, copy);
  cpSync(images, copy, { recursive: true });
}

async function write(all: readonly Made[]): Promise<void> {
  const predicate = verdict('PASSED', '2025-05-31T00:00:00Z');
  const usual = { image: IMAGE, repository: REPOSITORY, type: VSA, predicate };
  await putAttestations(new LayoutRepository(folder.path('images')), all, usual);
}

interface Answer {
  readonly code: number;
  readonly messages: string;
  readonly attestations: readonly { readonly counts: boolean; readonly statedAt?: string }[];
}

async function verify(...args: readonly string[]): Promise<Answer> {
  const { stdout, stderr, exitCode } = await folder.assay(
    ...['verify', 'oci:images:1', '--repository', REPOSITORY, ...args, '-f', 'json'],
  );
  expect([stdout === '', stderr]).toEqual([false, expect.anything()]);
  const answer = readVerification(stdout) as Pick<Answer, 'attestations'> & {
    readonly verdict: {
      readonly causes: readonly { readonly message: string }[];
      readonly warnings: readonly string[];
    };
  };
  const { causes, warnings } = answer.verdict;
  const messages = [...causes.map(({ message }) => message), ...warnings].join('\n');
  return { code: exitCode, messages, attestations: answer.attestations };
}

function nested(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

/** A verdict that passed with a further field, in JSON. */
function passedWith(json: string): string {
  return `{"verificationResult":"PASSED","timeVerified":"2025-05-31T00:00:00Z","x":${json}}`;
}

/** Repeats the first signature of an envelope. */
function signedTimes(count: number): (text: string) => string {
  return (text) =>
    text.replace(/"signatures":\[(\{[^}]*\})\]/u, (_, one: string) => {
      return `"signatures":[${Array.from({ length: count }, () => one).join(',')}]`;
    });
}

type Row = readonly [name: string, made: readonly Made[], code: number, message: RegExp];

describe('verify --type verdict by one key', () => {
  const bundle = { form: 'bundle' } as const;
  const rows: readonly Row[] = [
    ['an .att layer', [{}], 0, /has an attestation of the type verdict by a\.pub/],
    ['a bundle', [bundle], 0, /by a\.pub/],
    ['an envelope in a referrer', [{ form: 'referrer' }], 0, /by a\.pub/],
    [
      'an envelope in a referrer of another type',
      [{ form: 'referrer', referrer: { artifactType: 'application/vnd.in-toto+json' } }],
      0,
      /by a\.pub/,
    ],
    [
      "an envelope in a referrer of cosign's type",
      [{ form: 'referrer', referrer: { artifactType: COSIGN_ATT, layerType: 'text/plain' } }],
      0,
      /by a\.pub/,
    ],
    [
      'an envelope in a referrer of unknown types',
      [{ form: 'referrer', referrer: { artifactType: 'a/b', layerType: 'text/plain' } }],
      10,
      /no attestation/,
    ],
    [
      'an envelope in a referrer of another image',
      [{ form: 'referrer', attachedTo: OTHER }],
      10,
      /no attestation/,
    ],
    [
      'an envelope of another key in a referrer',
      [{ form: 'referrer', key: 'c' }],
      12,
      /was made by/,
    ],
    ['a statement of v0.1', [{ statementType: 'https://in-toto.io/Statement/v0.1' }], 0, /by a/],
    [
      'a statement of another version',
      [{ statementType: 'https://in-toto.io/Statement/v9' }],
      12,
      /no statement of in-toto/,
    ],
    ['none', [], 10, /no attestation of the type verdict/],
    [
      'another type',
      [{ type: CYCLONEDX, predicate: {} }],
      10,
      /it has https:\/\/cyclonedx\.org\/bom/,
    ],
    [
      'another type whose annotation says this one',
      [{ type: CYCLONEDX, annotations: { predicateType: VSA } }],
      10,
      /it has https:\/\/cyclonedx/,
    ],
    [
      'this type whose annotation says another one',
      [{ annotations: { predicateType: CYCLONEDX } }],
      0,
      /by a/,
    ],
    ['another subject', [{ subject: [subjectOf(OTHER)] }], 12, /is about another image/],
    [
      'another subject in a bundle',
      [{ ...bundle, subject: [subjectOf(OTHER)] }],
      12,
      /is about another image/,
    ],
    [
      'two subjects, one of which is the image',
      [{ subject: [subjectOf(OTHER), subjectOf(IMAGE)] }],
      0,
      /by a/,
    ],
    ['no subject', [{ subject: [] }], 12, /is about another image/],
    [
      'a digest in capital letters',
      [{ subject: [{ digest: { sha256: IMAGE.slice(7).toUpperCase() } }] }],
      12,
      /is about another image/,
    ],
    [
      'a bundle that is attached to another image',
      [{ ...bundle, attachedTo: OTHER }],
      10,
      /no attestation/,
    ],
    ['another key', [{ key: 'b' }], 12, /none of the trusted keys/],
    ['another key in a bundle', [{ ...bundle, key: 'c' }], 12, /none of the trusted keys/],
    ['two signers of whom one is trusted', [{ key: 'b' }, {}], 0, /by a/],
    [
      'two signatures of one envelope of which one is trusted',
      [{ key: 'b', alsoBy: 'a' }],
      0,
      /by a/,
    ],
    [
      'a payload that was changed',
      [{ change: (text) => text.replace('PASSED', 'FAILED') }],
      12,
      /was made by none/,
    ],
    [
      'a bundle that was changed',
      [{ ...bundle, change: (text) => text.replace('PASSED', 'FAILED') }],
      12,
      /it was changed/,
    ],
    ['another payload type', [{ payloadType: 'application/json' }], 12, /no statement of in-toto/],
    [
      'a key twice in the statement',
      [{ predicate: '{"verificationResult":"FAILED","verificationResult":"PASSED"}' }],
      12,
      /statement that has the key "verificationResult" twice/,
    ],
    [
      'a key twice in the envelope',
      [{ stored: (text) => text.replace('{', '{"payload":"e30=",') }],
      12,
      /has the key "payload" twice/,
    ],
    [
      'a key twice in the envelope of a bundle',
      [
        {
          ...bundle,
          stored: (text) => text.replace('"signatures"', '"payload":"e30=","signatures"'),
        },
      ],
      12,
      /has the key "payload" twice/,
    ],
    [
      'a key twice, once with an escape',
      [{ predicate: '{"verificationResult":"PASSED","verificationR\\u0065sult":"FAILED"}' }],
      12,
      /has the key "verificationResult" twice/,
    ],
    [
      'a key twice deep in the predicate',
      [{ predicate: passedWith('[[{"a":{"b":1,"b":2}}]]') }],
      12,
      /has the key "b" twice/,
    ],
    ['500 objects in one another', [{ predicate: passedWith(nested(500)) }], 0, /by a/],
    ['600 objects in one another', [{ predicate: passedWith(nested(600)) }], 12, /is not JSON/],
    [
      '200,000 lists in one another',
      [{ predicate: passedWith('['.repeat(200_000)) }],
      12,
      /is not JSON/,
    ],
    [
      'nesting outside of the statement',
      [{ stored: (text) => text.replace('{', `{"x":${nested(600)},`) }],
      12,
      /is not JSON/,
    ],
    [
      'a predicate that is a text',
      [{ predicate: '"PASSED"' }],
      12,
      /without a predicate that is an object/,
    ],
    [
      'no signature',
      [{ stored: (text) => text.replace(/"signatures":\[.*\]/u, '"signatures":[]') }],
      12,
      /is not signed/,
    ],
    [
      'a signature that is not base64',
      [{ stored: (text) => text.replace(/"sig":"[^"]*"/u, '"sig":"?"') }],
      12,
      /not base64/,
    ],
    ['no JSON', [{ stored: () => 'x' }], 12, /is not JSON/],
    ['no statement', [{ statement: '[]' }], 12, /statement that is not JSON/],
    ['something unreadable beside one that counts', [{ stored: () => 'x' }, {}], 0, /by a/],
    ['more than 100', Array.from({ length: 101 }, () => ({})), 12, /at most 100/],
    [
      'one from the future',
      [{ predicate: verdict('PASSED', '2025-06-02T00:00:00Z') }],
      12,
      /in the future/,
    ],
    [
      'FAILED without a rule on the result',
      [{ predicate: verdict('FAILED', '2025-05-31T00:00:00Z') }],
      12,
      /has the result FAILED, and PASSED is required/,
    ],
    ['a result of terminal codes', [{ predicate: verdict('\u001b[2J') }], 12, /the result \?\[2J,/],
    ['100 signatures in one envelope', [{ stored: signedTimes(100) }], 0, /by a/],
    ['101 signatures in one envelope', [{ stored: signedTimes(101) }], 12, /has 101 signatures/],
    [
      'many signatures over a large statement',
      [
        {
          predicate: { ...verdict('PASSED'), x: 'x'.repeat(10_000_000) },
          stored: signedTimes(60),
        },
      ],
      12,
      /has 60 signatures, and they are over more than 512 MiB/,
    ],
    [
      'one signature each over several large statements',
      Array.from({ length: 3 }, () => ({
        predicate: { ...verdict('PASSED'), x: 'x'.repeat(10_000_000) },
      })),
      0,
      /by a/,
    ],
    [
      'a type of terminal codes',
      [{ type: 'https://a.example/\u001b[2J' }],
      10,
      /it has https:\/\/a\.example\/\?\[2J$/,
    ],
    ['a very long type', [{ type: `https://a.example/${'x'.repeat(100_000)}` }], 10, /^.{1,500}$/],
    [
      'a certificate that proves nothing beside the signature of a key',
      [{ annotations: { 'dev.sigstore.cosign/certificate': 'x' } }],
      0,
      /by a/,
    ],
  ];
  it.each(rows)('%s', async (_, made, code, message) => {
    await put(made);
    const answer = await verify('--type', 'verdict', '--verify-key', 'a.pub');
    expect(answer).toMatchObject({ code, messages: expect.stringMatching(message) as string });
  });
});

describe('verify by rules of the trust file', () => {
  const at = (time: string, rest: Made = {}): Made => ({
    predicate: verdict('PASSED', time),
    ...rest,
  });
  const failed = (time: string, rest: Made = {}): Made => ({
    predicate: verdict('FAILED', time),
    ...rest,
  });
  const times = (count: number, made: Made): readonly Made[] =>
    Array.from({ length: count }, () => made);
  const RULE = ['result: PASSED', 'max-age: 7d'];
  const NEW = '2025-05-31T00:00:00Z';
  const OLD = '2025-05-01T00:00:00Z';
  const condition = (path: string, sign: string, value: string): readonly string[] => [
    `conditions: [{ path: ${path}, sign: '${sign}', value: '${value}' }]`,
  ];
  const ONE_VERIFIER = condition('verifier.id', '=', 'v');
  /** Bundles that anybody who can write to the repository can attach. */
  const others = (count: number): readonly Made[] =>
    Array.from({ length: count }, (_, index) =>
      at(NEW, { key: 'c', form: 'bundle', annotations: { n: String(index) } }),
    );
  const withPredicate = (predicate: object): readonly Made[] => [
    { predicate: { ...verdict('PASSED', NEW), ...predicate } },
  ];
  type RuleRow = readonly [string, readonly string[], readonly Made[], number | RegExp];
  const rows: readonly RuleRow[] = [
    ['new and passed', RULE, [at(NEW)], 0],
    ['exactly as old as allowed', RULE, [at('2025-05-25T00:00:00Z')], 0],
    ['too old', RULE, [at('2025-05-24T23:59:59Z')], /is too old/],
    ['in another time zone', RULE, [at('2025-05-25T01:00:00+01:00')], 0],
    ['no time', RULE, [{ predicate: verdict('PASSED') }], /has no time/],
    ['a time that is none', RULE, [at('yesterday')], /has no time/],
    ['a time without a zone', RULE, [at('2025-05-31T00:00:00')], /has no time/],
    [
      'a time only in an annotation',
      RULE,
      [
        {
          predicate: verdict('PASSED'),
          form: 'bundle',
          annotations: { 'org.opencontainers.image.created': NEW },
        },
      ],
      /has no time/,
    ],
    ['failed', RULE, [failed(NEW)], /has the result FAILED, and PASSED is required/],
    ['no result', RULE, [{ predicate: { timeVerified: NEW } }], /has no result/],
    ['a newer FAIL beside an older PASS', ['result: PASSED'], [at(OLD), failed(NEW)], /FAILED/],
    ['the same in the other order', ['result: PASSED'], [failed(NEW), at(OLD)], /FAILED/],
    [
      'the FAIL in a bundle',
      ['result: PASSED'],
      [at(OLD), failed(NEW, { form: 'bundle' })],
      /FAILED/,
    ],
    [
      'the FAIL in a referrer with an envelope',
      ['result: PASSED'],
      [at(OLD), failed(NEW, { form: 'referrer' })],
      /FAILED/,
    ],
    ['a newer PASS beside an older FAIL', ['result: PASSED'], [failed(OLD), at(NEW)], 0],
    [
      'a FAIL that may be among those that are not read',
      ['result: PASSED'],
      [at(NEW), ...others(100)],
      /not all attestations/,
    ],
    [
      'a condition beside those that are not read',
      ONE_VERIFIER,
      [at(NEW), ...others(100)],
      /not all/,
    ],
    ['as many as are read', ['result: PASSED'], [at(NEW), ...others(99)], 0],
    ['an age alone of a verdict', ['max-age: 7d'], [at(NEW), ...others(100)], /not all/],
    ['both at the same time', ['result: PASSED'], [at(NEW), failed(NEW)], /FAILED/],
    [
      'a FAIL in a bundle beside 100 layers',
      ['result: PASSED'],
      [...times(100, at(OLD)), failed(NEW, { form: 'bundle' })],
      /not all attestations of .* are read/,
    ],
    [
      'a FAIL in a tag with too many layers, beside a PASS in a bundle',
      ['result: PASSED'],
      [at(OLD, { form: 'bundle' }), failed(NEW), ...times(100, { key: 'c' })],
      /not all attestations of .* are read/,
    ],
    [
      'a PASS in a bundle beside 100 others',
      ['result: PASSED'],
      [...times(100, { key: 'c' }), at(NEW, { form: 'bundle' })],
      /more than 100 attestations; 1 are not judged/,
    ],
    [
      'a PASS in a bundle beside 99 others',
      ['result: PASSED'],
      [...times(99, { key: 'c' }), at(NEW, { form: 'bundle' })],
      0,
    ],
    [
      'a PASS in a bundle beside 100 of another type',
      ['result: PASSED'],
      [...times(100, { type: CYCLONEDX }), at(NEW, { form: 'bundle' })],
      0,
    ],
    ['a FAIL where the rule names no result', ['max-age: 7d'], [failed(NEW)], /FAILED, and PASSED/],
    ['a FAIL where the rule names it', ['result: FAILED'], [failed(NEW)], 0],
    ['a FAIL without a time', RULE, [at(NEW), { predicate: verdict('FAILED') }], /FAILED/],
    [
      'a PASS without a time beside a new one',
      RULE,
      [at(NEW), { predicate: verdict('PASSED') }],
      0,
    ],
    [
      'a FAIL of the future',
      ['result: PASSED'],
      [at(NEW), failed('2026-01-01T00:00:00Z')],
      /FAILED/,
    ],
    [
      'a newer FAIL of a key that is not trusted',
      RULE,
      [at(OLD, { key: 'c' }), at(NEW), failed('2025-05-31T12:00:00Z', { key: 'c' })],
      0,
    ],
    ['a key that is not one of the signers', ['signers: [b]'], [at(NEW)], /not one of the signers/],
    ['one of the signers', ['signers: [b]'], [at(NEW, { key: 'b' })], 0],
    ['an expired key', ['signers: [old]'], [at(NEW, { key: 'c' })], /expired on 2025-01-01/],
    ['a field that is equal', condition('verifier.id', '=', 'v'), [at(NEW)], 0],
    [
      'a field that is not',
      condition('verifier.id', '=', 'w'),
      [at(NEW)],
      /does not meet verifier\.id = w/,
    ],
    [
      'a missing field',
      condition('verifier.none', '=', 'v'),
      [at(NEW)],
      /has no field "verifier\.none"/,
    ],
    [
      'a missing field that must differ',
      condition('none', '!=', 'v'),
      [at(NEW)],
      /has no field "none"/,
    ],
    [
      'a field of objects',
      condition('verifier', 'matches', '*'),
      [at(NEW)],
      /no text, number or truth/,
    ],
    ['a number', condition('score', '>=', '7'), withPredicate({ score: 7.5 }), 0],
    [
      'a number that is too small',
      condition('score', '>=', '7'),
      withPredicate({ score: 6 }),
      /score >= 7/,
    ],
    [
      'a number as a text',
      condition('score', '>=', '7'),
      withPredicate({ score: '9' }),
      /score >= 7/,
    ],
    ['a date', condition('timeVerified', '>', '2025-05-01'), [at(NEW)], 0],
    [
      'a pattern',
      condition('policy.uri', 'matches', 'urn:*:prod'),
      withPredicate({ policy: { uri: 'urn:a:prod' } }),
      0,
    ],
    ['another scope', ['scopes: [ghcr.io/other/**]'], [], 0],
  ];
  const trustOf = (rule: readonly string[], type = 'verdict'): string => `version: 1
keys:
  - { name: a, file: a.pub, scopes: ['**'] }
  - { name: b, file: b.pub, scopes: ['ghcr.io/acme/**'] }
  - { name: old, file: c.pub, scopes: ['**'], valid-until: 2025-01-01 }
attestations:
  - type: ${type}
${[...(rule.some((one) => one.startsWith('scopes')) ? [] : ['scopes: [ghcr.io/acme/**]']), ...rule].map((one) => `    ${one}\n`).join('')}`;

  it.each(rows)('%s', async (name, rule, made, expected) => {
    folder.write('trust.yaml', trustOf(rule));
    await put(made);
    const typed = name === 'another scope' ? [] : ['--type', 'verdict'];
    const { code, messages } = await verify('--trust', './trust.yaml', ...typed);
    if (name === 'another scope') {
      expect([code, messages]).toEqual([10, expect.not.stringContaining('attestation')]);
    } else if (expected === 0) expect([code, messages]).toEqual([0, expect.anything()]);
    else expect([code, messages]).toEqual([12, expect.stringMatching(expected as RegExp)]);
  });

  it('without --type signatures and attestations are both verified', async () => {
    folder.write('trust.yaml', trustOf(['result: PASSED']));
    await put([failed(NEW)]);
    const { code, messages } = await verify('--trust', './trust.yaml');
    expect(code).toBe(12);
    expect(messages).toMatch(/has the result FAILED[^]*has no signature/u);
  });

  it('a field that cosign renames is read', async () => {
    folder.write(
      'trust.yaml',
      trustOf(condition('runDetails.metadata.invocationId', '=', '1'), 'slsaprovenance1'),
    );
    await put([{ type: SLSA1, predicate: { runDetails: { metadata: { invocationID: '1' } } } }]);
    expect((await verify('--trust', './trust.yaml', '--type', 'slsaprovenance1')).code).toBe(0);
  });
});

describe('verify --type', () => {
  it('says that --any-repository changes nothing', async () => {
    await put([{}]);
    const args = ['--type', 'verdict', '--verify-key', 'a.pub', '--any-repository'];
    const { exitCode, stdout } = await folder.assay('verify', 'oci:images:1', ...args);
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringContaining('--any-repository changes nothing'),
    ]);
  });

  it.each(['--threshold=2', '--annotation=a=b', '--require-repository'])(
    'refuses %s',
    async (flag) => {
      const args = ['verify', 'oci:images:1', '--type', 'verdict', '--verify-key', 'a.pub', flag];
      const { exitCode, stderr } = await folder.assay(...args);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining('no effect on attestations')]);
    },
  );

  it('shows a bill of materials that nobody signed as a claim', async () => {
    await put([{}]);
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: OCI_MANIFEST,
        config: { mediaType: 'a/b', digest: OTHER, size: 1 },
        layers: [],
      }),
    );
    const tag = `${IMAGE.replace(':', '-')}.sbom`;
    await new LayoutRepository(folder.path('images')).putManifest(tag, {
      bytes,
      mediaType: OCI_MANIFEST,
    });
    const { code, messages } = await verify('--type', 'verdict', '--verify-key', 'a.pub');
    expect([code, messages]).toEqual([
      0,
      expect.stringMatching(/\.sbom" contains .* not in a signed attestation/u),
    ]);
  });

  it.each([
    ['as large as is read', 0, 0],
    ['a byte larger', 1, 12],
  ])('an attestation %s', async (_, more, expected) => {
    const stored = (text: string): string => text.padEnd(MAX_ATTESTATION_BYTES + more, ' ');
    await put([{ stored }]);
    const { code, messages } = await verify('--type', 'verdict', '--verify-key', 'a.pub');
    const message = expected === 0 ? 'by a' : 'cannot be read';
    expect([code, messages]).toEqual([expected, expect.stringContaining(message)]);
  });

  it('reads what assay attest writes, in each form, of a predicate of 4 MB', async () => {
    folder.write('a.pem', keys.a.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    folder.write(
      'doc.json',
      JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', x: 'x'.repeat(4e6) }),
    );
    await folder.run(
      ...['attest', 'oci:images:1', '--repository', REPOSITORY, '--type', 'cyclonedx'],
      ...['--predicate', 'doc.json', '--sign-key', 'a.pem'],
    );
    const { code, attestations } = await verify('--type', 'cyclonedx', '--verify-key', 'a.pub');
    expect([code, attestations.map(({ counts }) => counts)]).toEqual([0, [true, true]]);
  });
});
