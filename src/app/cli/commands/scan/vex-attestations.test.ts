import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import {
  MAKER_KEYS,
  putAttestations,
  subjectOf,
  type MadeAttestation,
} from '../../../../../test/support/made-attestations.ts';
import {
  scriptedRegistry,
  storeLayout,
  type ScriptedRegistry,
} from '../../../../../test/support/registry-server.ts';
import { takeUploads } from '../../../../../test/support/registry-uploads.ts';
import {
  listedManifests,
  makeImage,
  ociFiles,
  tarOf,
} from '../../../../../test/support/stored-images.ts';
import { quietContext } from '../../../../core/base/context.ts';
import { createRegistryClient } from '../../../../clients/oci/index.ts';
import { LayoutRepository } from '../../../../clients/oci/layout-repository.ts';

const REPOSITORY = 'ghcr.io/acme/app';
const OPENVEX = 'https://openvex.dev/ns';
const OTHER = `sha256:${'1'.repeat(64)}`;
const ID = 'GHSA-1111-2222-3333';
const PURL = 'pkg:npm/minimist@1.0.0';
const MAY = '2025-05-01T00:00:00Z';
const LATER = '2025-05-20T00:00:00Z';

const platforms = (['amd64', 'arm64'] as const).map((architecture) => ({
  image: makeImage(
    [
      [
        { path: 'srv/architecture', body: architecture },
        {
          path: 'app/node_modules/minimist/package.json',
          body: JSON.stringify({ name: 'minimist', version: '1.0.0' }),
        },
      ],
    ],
    { platform: { os: 'linux', architecture } },
  ),
  isPlatformListed: true,
}));
const [{ image } = { image: makeImage([]) }] = platforms;
const files = ociFiles([
  { image, tag: '1' },
  { tag: 'many', platforms },
]);
const [IMAGE = '', INDEX = ''] = listedManifests(files).map(({ digest }) => digest);

interface Statement {
  readonly status?: string;
  readonly products?: readonly object[] | null;
  readonly timestamp?: string;
  readonly id?: string;
  readonly rest?: object;
}

function statement({ status = 'not_affected', products, timestamp, id = ID, rest }: Statement) {
  return {
    vulnerability: { name: id },
    ...(products !== null && { products: products ?? [{ '@id': PURL }] }),
    status,
    ...(status === 'not_affected' && { justification: 'vulnerable_code_not_present' }),
    ...(timestamp !== undefined && { timestamp }),
    ...rest,
  };
}

function vex(statements: readonly Statement[], rest: object = {}): object {
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://acme.example/vex/1',
    author: 'Security',
    timestamp: MAY,
    version: 1,
    statements: statements.map(statement),
    ...rest,
  };
}

const HARMLESS = vex([{}]);
/** A statement without products is about the subject of the attestation (OpenVEX, ATTESTING.md). */
const INHERITED = vex([{ products: null }]);

let folder: CommandFolder;
beforeEach(async () => {
  folder = new CommandFolder();
  for (const [name, { publicKey }] of Object.entries(MAKER_KEYS)) {
    folder.write(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  }
  for (const [path, bytes] of files) folder.write(`images/${path}`, bytes);
  await folder.load({ id: ID, name: 'minimist', fixed: '1.2.6' });
});
afterEach(() => folder[Symbol.dispose]());

async function put(all: readonly MadeAttestation[], digest = IMAGE): Promise<void> {
  const usual = { image: digest, repository: REPOSITORY, type: OPENVEX, predicate: HARMLESS };
  await putAttestations(new LayoutRepository(folder.path('images')), all, usual);
}

interface Scanned {
  readonly code: number;
  readonly text: string;
}

async function scan(...args: readonly string[]): Promise<Scanned> {
  const gate = ['--vex', 'oci', '--fail-on', 'high', '--skip-db-update'];
  const { exitCode, stdout, stderr } = await folder.assay('image', ...args, ...gate);
  return { code: exitCode, text: `${stdout}\n${stderr}`.replaceAll(/\s+/gu, ' ') };
}

/** The outcome; a pattern stands for an attestation that is not used, and is in the reason. */
type Used = 'used' | 'not used' | RegExp;
type Row = readonly [name: string, made: readonly MadeAttestation[], expected: Used];
type TrustRow = readonly [
  name: string,
  trust: string,
  made: readonly MadeAttestation[],
  expected: Used,
];

function expectUsed({ code, text }: Scanned, expected: Used): void {
  const message = expected instanceof RegExp ? expected : /./;
  expect([code, text]).toEqual([expected === 'used' ? 0 : 1, expect.stringMatching(message)]);
}

describe('--vex oci with one key', () => {
  const rows: readonly Row[] = [
    ['a statement by the key', [{}], 'used'],
    ['in a bundle', [{ form: 'bundle' }], 'used'],
    ['of the type that Docker Scout writes', [{ type: `${OPENVEX}/v0.2.0` }], 'used'],
    ['about the subject, without products', [{ predicate: INHERITED }], 'used'],
    ['with an empty list of products', [{ predicate: vex([{ products: [] }]) }], 'used'],
    [
      'about the image by its digest',
      [{ predicate: vex([{ products: [{ '@id': IMAGE.slice('sha256:'.length) }] }]) }],
      'used',
    ],
    ['that says fixed', [{ predicate: vex([{ status: 'fixed' }]) }], 'used'],
    ['beside one by another key', [{ key: 'b', predicate: vex([]) }, {}], 'used'],
    ['signed by another key as well', [{ alsoBy: 'b' }], 'used'],
    ['no attestation', [], /No VEX attestation by a trusted signer is there/],
    ['another key', [{ key: 'b' }], /"sha256-[0-9a-f]{64}\.att#1" .*none of the trusted/],
    ['another key in a bundle', [{ key: 'b', form: 'bundle' }], /none of the trusted/],
    ['no signature', [{ isUnsigned: true }], /is not signed/],
    ['no signature in a bundle', [{ isUnsigned: true, form: 'bundle' }], /is not signed/],
    [
      'changed after it was signed',
      [
        {
          predicate: vex([{ status: 'affected' }]),
          change: (text) => text.replace('"affected"', '"fixed"'),
        },
      ],
      /The attestation/,
    ],
    ['another subject', [{ subject: [subjectOf(REPOSITORY, OTHER)] }], /is about another image/],
    ['the subject of the index', [{ subject: [subjectOf(REPOSITORY, INDEX)] }], /another image/],
    ['another type', [{ type: 'https://acme.example/vex' }], /No VEX attestation/],
    [
      'another type whose annotation names OpenVEX',
      [{ type: 'https://acme.example/vex', annotations: { predicateType: OPENVEX } }],
      'not used',
    ],
    ['a predicate that is a text', [{ predicate: '"x"' }], /without a predicate/],
    [
      'a predicate that is no OpenVEX',
      [{ predicate: { bomFormat: 'CycloneDX' } }],
      /is no OpenVEX/,
    ],
    [
      'a key twice',
      [{ predicate: JSON.stringify(HARMLESS).replace('"version"', '"version":9,"version"') }],
      /has the key "version" twice/,
    ],
    [
      'a newer one that withdraws by a statement',
      [
        {},
        {
          predicate: vex([{ status: 'affected' }], {
            '@id': 'https://b.example',
            timestamp: LATER,
          }),
        },
      ],
      'not used',
    ],
    [
      'an older one that said the contrary',
      [
        {
          predicate: vex([{ status: 'affected' }], {
            '@id': 'b',
            timestamp: '2025-04-01T00:00:00Z',
          }),
        },
        {},
      ],
      'used',
    ],
    [
      'a newer one by another key that withdraws',
      [{}, { key: 'b', predicate: vex([{ status: 'affected' }], { timestamp: LATER }) }],
      'used',
    ],
    [
      'a higher version that leaves the statement out',
      [{}, { predicate: vex([], { version: 2 }) }],
      /newer version of the document/,
    ],
    [
      'a higher version of the same time in a bundle',
      [{}, { form: 'bundle', predicate: vex([], { version: 2 }) }],
      'not used',
    ],
    [
      'the same version of a later time that leaves it out',
      [{}, { predicate: vex([], { last_updated: LATER }) }],
      'not used',
    ],
    [
      'a higher version of another document',
      [{}, { predicate: vex([], { '@id': 'b', version: 2 }) }],
      'used',
    ],
    [
      'an older version that leaves the finding, and a newer one that does not',
      [
        { predicate: vex([{ status: 'affected' }]) },
        { predicate: vex([{}], { version: 2, timestamp: LATER }) },
      ],
      'used',
    ],
    [
      'an older version whose statement is later',
      [
        { predicate: vex([{ status: 'affected', timestamp: LATER }]) },
        { predicate: vex([{}], { version: 2 }) },
      ],
      'not used',
    ],
    [
      'two statements on one product at one time',
      [{ predicate: vex([{}, { status: 'affected' }]) }],
      'not used',
    ],
    [
      'another package',
      [{ predicate: vex([{ products: [{ '@id': 'pkg:npm/other' }] }]) }],
      'not used',
    ],
    ['another vulnerability', [{ predicate: vex([{ id: 'CVE-2020-1' }]) }], 'not used'],
    [
      'another image as the product',
      [{ predicate: vex([{ products: [{ '@id': `pkg:oci/app@${OTHER}` }] }]) }],
      'not used',
    ],
    [
      'a product that cannot be read',
      [{ predicate: vex([{ products: [{ '@id': 'the app' }] }]) }],
      /names no product/,
    ],
    [
      'components that cannot be read, beside no product',
      [{ predicate: vex([{ products: null, rest: { subcomponents: [{ '@id': 'a part' }] } }]) }],
      /names no product/,
    ],
    [
      'a statement without a reason',
      [{ predicate: vex([{ rest: { justification: '' } }]) }],
      /neither a justification/,
    ],
    [
      'a time in the future',
      [{ predicate: vex([{}], { timestamp: '2025-06-02T00:00:00Z' }) }],
      /time in the future/,
    ],
    [
      'attached to the image, and about another one',
      [{ form: 'bundle', subject: [subjectOf(REPOSITORY, OTHER)] }],
      /another image/,
    ],
    [
      'among so many that not all are read',
      Array.from({ length: 101 }, () => ({})),
      /Not all attestations .* are read, so none is used/,
    ],
  ];
  it.each(rows)('%s', async (_, made, expected) => {
    await put(made);
    expectUsed(await scan('oci:images:1', '--verify-key', 'a.pub'), expected);
  });
});

describe('--vex oci', () => {
  const CHILD = ['oci:images:many', '--platform', 'linux/amd64', '--verify-key', 'a.pub'];
  const SIBLING = ['oci:images:many', '--platform', 'linux/arm64', '--verify-key', 'a.pub'];

  it.each([
    ['of the index counts for each image that is reached by it', INDEX, 0, 0],
    ['of one image counts for no other one of the index', IMAGE, 0, 1],
  ])('%s', async (_, digest, child, sibling) => {
    await put([{ predicate: INHERITED }], digest);
    expect((await scan(...CHILD)).code).toBe(child);
    expect((await scan(...SIBLING)).code).toBe(sibling);
    expect((await scan('oci:images:many', '--platform', 'all', ...CHILD.slice(3))).code).toBe(
      sibling,
    );
  });

  it('of the index does not count for an image that is opened by itself', async () => {
    await put([{ predicate: INHERITED }], INDEX);
    expect((await scan('oci:images:1', '--verify-key', 'a.pub')).code).toBe(1);
  });

  it('of one image does not count for another one in the same run', async () => {
    for (const [path, bytes] of files) folder.write(`copy/${path}`, bytes);
    await put([{}]);
    const { code } = await scan('oci:images:1', 'oci:copy:1', '--verify-key', 'a.pub');
    expect(code).toBe(1);
  });

  it('of the child withdraws what the one of the index says, by its version', async () => {
    await put([{}], INDEX);
    expect((await scan(...CHILD)).code).toBe(0);
    await put([{ predicate: vex([], { version: 2 }) }], IMAGE);
    expect((await scan(...CHILD)).code).toBe(1);
    expect((await scan(...SIBLING)).code).toBe(0);
  });

  const many = (length: number): MadeAttestation[] => Array.from({ length }, () => ({ key: 'b' }));
  it.each<[string, number, number, number]>([
    ['neither of the image nor of its index', 1, 1, 0],
    ['none, with as many of the index as are read', 1, 100, 0],
    ['some of the index', 1, 101, 1],
    ['some of the image', 101, 1, 1],
    ['some of the index, and none is there for the image', 0, 101, 1],
    ['some of both', 101, 101, 1],
  ])('is not used if a limit leaves out %s', async (_, ofImage, ofIndex, code) => {
    for (const [digest, count] of [
      [IMAGE, ofImage],
      [INDEX, ofIndex],
    ] as const) {
      if (count > 0) await put([{}, ...many(count - 1)], digest);
    }
    expect((await scan(...CHILD)).code).toBe(code);
  });

  it('joins files: the latest statement counts, wherever it is', async () => {
    await put([{}]);
    folder.write('later.json', JSON.stringify(vex([{ status: 'affected', timestamp: LATER }])));
    const key = ['oci:images:1', '--verify-key', 'a.pub'];
    expect((await scan(...key, '--vex', 'later.json')).code).toBe(1);
    folder.write('unrelated.json', JSON.stringify(vex([{ id: 'CVE-2020-1' }])));
    expect((await scan(...key, '--vex', 'unrelated.json')).code).toBe(0);
  });

  it('shows the place and the signer of a statement in reports and in the verdict', async () => {
    await put([{}]);
    const key = ['oci:images:1', '--verify-key', 'a.pub'];
    await scan(...key, '-o', 'json=report.json', '-o', 'verdict=verdict.json');
    const report = folder.json('report.json') as {
      readonly results: readonly [{ readonly suppressed: readonly object[] }];
    };
    const from = `"${IMAGE.replace(':', '-')}.att#1" of oci:images:1, signed by a.pub, statement 1`;
    expect(report.results[0].suppressed).toEqual([
      expect.objectContaining({ by: 'vex', from, owner: 'Security' }),
    ]);
    const verdict = folder.json('verdict.json') as { readonly causes: readonly object[] };
    expect(verdict.causes).toContainEqual(
      expect.objectContaining({
        rule: 'signature',
        message: `1 finding is set aside by the VEX attestation "${IMAGE.replace(':', '-')}.att#1" of oci:images:1, signed by a.pub`,
      }),
    );
  });

  it('asks for no verdict, and asks nothing for an inventory', async () => {
    await put([{}]);
    const args = ['image', 'oci:images:1', '--vex', 'oci', '--skip-db-update'];
    const shown = await folder.assay(...args, '--verify-key', 'a.pub');
    expect([shown.exitCode, shown.stdout]).toEqual([0, expect.not.stringContaining('PASS')]);
    expect((await folder.assay(...args, '--scanners', 'packages')).exitCode).toBe(0);
  });

  it.each([
    ['no key and no trust file', ['image', 'oci:images:1'], /no key and no identity is given/],
    ['a directory', ['fs', '.'], /--vex oci is for scans of images/],
    ['a report', ['gate', 'report.json'], /--vex oci is for scans of images/],
    ['a conversion', ['convert', 'report.json', '-f', 'table'], /--vex oci is for scans of images/],
    [
      'an archive, which has no attestations',
      ['image', '--input', 'image.tar', '1', '--verify-key', 'a.pub'],
      /has no place for attestations/,
    ],
  ])('ends with 2 for %s', async (_, args, message) => {
    await folder.run('image', 'oci:images:1', '--skip-db-update', '-o', 'json=report.json');
    folder.write('image.tar', tarOf(files));
    const { exitCode, stderr } = await folder.assay(...args, '--vex', 'oci');
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('--vex oci with a trust file', () => {
  const KEYS = `keys:
  - { name: security, file: a.pub, scopes: ['**'] }
  - { name: app, file: b.pub, scopes: ['ghcr.io/acme/**'] }
  - { name: old, file: c.pub, scopes: ['**'], valid-until: 2025-01-01 }`;
  const rule = (...lines: readonly string[]): string =>
    [
      'attestations:',
      "  - type: openvex\n    scopes: ['**']",
      ...lines.map((one) => `    ${one}`),
    ].join('\n');
  const otherRule = `${rule('signers: [app]')}\n  - type: verdict\n    scopes: ['**']`;

  const rows: readonly TrustRow[] = [
    ['a key without a rule', KEYS, [{}], 'used'],
    ['an expired key', KEYS, [{ key: 'c' }], /expired on 2025-01-01/],
    ['a key of another scope', KEYS, [{ key: 'b' }], /none of the trusted keys/],
    ['a rule with the signer', `${KEYS}\n${rule('signers: [security]')}`, [{}], 'used'],
    [
      'a rule with another signer',
      `${KEYS}\n${rule('signers: [app]')}`,
      [{}],
      /"security", which is not one of the signers/,
    ],
    ['a rule on another type', `${KEYS}\n${otherRule.replace('openvex', 'vuln')}`, [{}], 'used'],
    ['the age that a rule allows', `${KEYS}\n${rule('max-age: 60d')}`, [{}], 'used'],
    ['more than the age of a rule', `${KEYS}\n${rule('max-age: 7d')}`, [{}], /is too old/],
    [
      'no time, where a rule has an age',
      `${KEYS}\n${rule('max-age: 7d')}`,
      [{ predicate: vex([{}], { timestamp: undefined }) }],
      /has no time/,
    ],
    [
      'a condition that is met',
      `${KEYS}\n${rule("conditions: [{ path: author, sign: '=', value: Security }]")}`,
      [{}],
      'used',
    ],
    [
      'a condition that is not met',
      `${KEYS}\n${rule("conditions: [{ path: author, sign: '=', value: App }]")}`,
      [{}],
      /does not meet author = App/,
    ],
    [
      'one of two rules',
      `${KEYS}\n${rule('signers: [app]')}\n${rule('signers: [security]').replace('attestations:\n', '')}`,
      [{}],
      'used',
    ],
    [
      'a revoked key',
      "keys:\n  - { name: a, file: a.pub, scopes: ['**'], revoked: { reason: lost } }",
      [{}],
      /was revoked/,
    ],
  ];
  it.each(rows)('%s', async (_, text, made, expected) => {
    folder.write('trust.yaml', `version: 1\n${text}\n`);
    await put(made);
    expectUsed(await scan('oci:images:1', '--trust', './trust.yaml'), expected);
  });

  it('repeats that the trust file was only found', async () => {
    folder.write('assay.trust.yaml', `version: 1\n${KEYS}\n`);
    await put([{}]);
    const { code, text } = await scan('oci:images:1');
    expect([code, text]).toEqual([0, expect.stringContaining('was found and not named')]);
  });

  it('a revoked key counts for nothing, also if the command line names it', async () => {
    const revoked = "{ name: a, file: a.pub, scopes: ['**'], revoked: { reason: lost } }";
    folder.write('trust.yaml', `version: 1\nkeys:\n  - ${revoked}\n`);
    await put([{}]);
    const flags = ['--trust', './trust.yaml', '--verify-key', 'a.pub'];
    expect((await scan('oci:images:1', ...flags)).code).toBe(1);
  });
});

describe('--vex oci with a registry', () => {
  let registry: ScriptedRegistry;
  beforeEach(async () => {
    folder.env['ASSAY_OFFLINE'] = '';
    registry = await scriptedRegistry();
    takeUploads(registry, { hasReferrers: true });
    for (const name of ['acme/app', 'other/app']) storeLayout(registry, name, files);
  });
  afterEach(() => registry[Symbol.dispose]());

  it.each([
    ['a key whose scope contains the repository', 'acme/app', 'b', 'used'],
    ['a key whose scope does not', 'other/app', 'b', /none of the trusted keys/],
  ] as const)('%s', async (_, name, key, expected) => {
    folder.write(
      'trust.yaml',
      `version: 1
keys:
  - { name: app, file: b.pub, scopes: ['${registry.host}/acme/**'] }
  - { name: all, file: a.pub, scopes: ['**'] }
`,
    );
    const client = createRegistryClient({}, quietContext({ fetch: globalThis.fetch }));
    const repository = await client.repository({ domain: registry.host, path: name });
    const usual = { image: IMAGE, repository: name, type: OPENVEX, predicate: HARMLESS };
    await putAttestations(repository, [{ key }], usual);
    expectUsed(await scan(`${registry.host}/${name}:1`, '--trust', './trust.yaml'), expected);
  });

  it('ends with 3 if the registry cannot be asked', async () => {
    registry.answers.push((request, response) => {
      if (request.url?.includes('.att') !== true) return false;
      response.writeHead(403).end();
      return true;
    });
    const { code } = await scan(`${registry.host}/acme/app:1`, '--verify-key', 'a.pub');
    expect(code).toBe(3);
  });
});
