/**
 * Which signatures count by the trust file: scopes by path and wildcard, `require-repository` by
 * scope, rotation of keys. The table was written before the code.
 */

import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import { listedManifests, makeImage, ociFiles } from '../../../../../test/support/stored-images.ts';
import { attachBundle, unnamedBundle } from '../../../../../test/support/unnamed-bundles.ts';
import { LayoutRepository } from '../../../../clients/oci/layout-repository.ts';

const APP = 'ghcr.io/acme/app';
const DEV = 'ghcr.io/acme/dev';
const OTHER = 'ghcr.io/evil/app';

const keys = {
  a: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  b: generateKeyPairSync('ed25519'),
};
const image = makeImage([[{ path: 'srv/data', body: 'x' }]]);
const files = ociFiles([{ image, tag: '1' }]);
const [ONE = ''] = listedManifests(files).map(({ digest }) => digest);

/** The signatures of each layout: the key, and the repository that its bundle names. */
const LAYOUTS = {
  'none-a': [['a', undefined]],
  'none-b': [['b', undefined]],
  'none-ab': [
    ['a', undefined],
    ['b', undefined],
  ],
  'app-a': [['a', APP]],
  'dev-a': [['a', DEV]],
  'other-a': [['a', OTHER]],
  'app-a-none-b': [
    ['a', APP],
    ['b', undefined],
  ],
} as const satisfies Record<string, readonly (readonly [keyof typeof keys, string | undefined])[]>;

type Layout = keyof typeof LAYOUTS;

/** Scopes and validity of both keys, further lines of the file, the image, and the exit code. */
type Row = readonly [
  a: string,
  b: string,
  more: string,
  layout: Layout,
  repository: string,
  exitCode: 0 | 2 | 12,
];

const NO = 'scopes: [registry.example.com/none]';
const ACME = 'scopes: [ghcr.io/acme/**]';
const REQUIRED = 'require-repository: true';
const APP_REQUIRED = `signatures: [{scopes: [${APP}], require-repository: true}]`;
const ALL_REQUIRED = 'signatures: [{scopes: ["**"], require-repository: true}]';
const ACME_REQUIRED = 'signatures: [{scopes: [ghcr.io/acme/*], require-repository: true}]';
const OLD = `${ACME}, valid-until: 2025-01-01`;
const NEW = `${ACME}, valid-from: 2025-01-01`;
const REVOKED = `${ACME}, revoked: {reason: lost}`;

const ROWS: readonly Row[] = [
  // Scopes by path.
  [`scopes: [${APP}]`, NO, '', 'none-a', APP, 0],
  [`scopes: [${APP}]`, NO, '', 'none-a', DEV, 12],
  [`scopes: [${DEV}]`, NO, '', 'none-a', APP, 12],
  [`scopes: [${APP}, ${DEV}]`, NO, '', 'none-a', DEV, 0],
  [`scopes: [${APP}]`, NO, '', 'app-a', APP, 0],
  [`scopes: [${APP}]`, NO, '', 'dev-a', APP, 12],
  [`scopes: [${APP}]`, NO, '', 'other-a', APP, 12],
  [`scopes: [${APP}]`, `scopes: [${DEV}]`, '', 'none-b', APP, 12],
  [`scopes: [${APP}]`, `scopes: [${DEV}]`, '', 'none-b', DEV, 0],
  [`scopes: [${APP}]`, `scopes: [${DEV}]`, '', 'none-a', DEV, 12],
  [`scopes: [${APP}]`, `scopes: [${DEV}]`, '', 'none-ab', DEV, 0],
  [`scopes: [${APP}]`, NO, '', 'none-a', 'ghcr.io/acme/app/sub', 12],
  [`scopes: [${APP}]`, NO, '', 'none-a', 'ghcr.io:444/acme/app', 12],
  [`scopes: [${APP}]`, NO, '', 'none-a', 'registry.example.com/acme/app', 12],
  // Scopes by wildcard.
  [ACME, NO, '', 'none-a', APP, 0],
  [ACME, NO, '', 'none-a', DEV, 0],
  [ACME, NO, '', 'none-a', 'ghcr.io/acme/team/app', 0],
  [ACME, NO, '', 'none-a', OTHER, 12],
  [ACME, NO, '', 'none-a', 'ghcr.io/acmeother/app', 12],
  ['scopes: [ghcr.io/acme/*]', NO, '', 'none-a', APP, 0],
  ['scopes: [ghcr.io/acme/*]', NO, '', 'none-a', 'ghcr.io/acme/team/app', 12],
  ['scopes: [ghcr.io/acme/app*]', NO, '', 'none-a', 'ghcr.io/acme/app2', 0],
  ['scopes: ["*.example.com/**"]', NO, '', 'none-a', 'r.example.com/acme/app', 0],
  ['scopes: ["*.example.com/**"]', NO, '', 'none-a', 'example.com/acme/app', 12],
  ['scopes: [ghcr.io]', NO, '', 'none-a', OTHER, 0],
  ['scopes: ["**"]', NO, '', 'none-a', OTHER, 0],
  ['scopes: ["**"]', NO, '', 'dev-a', OTHER, 12],
  [ACME, NO, '', 'dev-a', APP, 12],
  [ACME, NO, '', 'other-a', APP, 12],
  [ACME, `scopes: ["**"]`, '', 'none-b', OTHER, 0],
  // `require-repository`, for all repositories and by scope.
  [ACME, NO, REQUIRED, 'none-a', APP, 12],
  [ACME, NO, REQUIRED, 'app-a', APP, 0],
  [ACME, NO, REQUIRED, 'dev-a', APP, 12],
  [ACME, NO, 'require-repository: false', 'none-a', APP, 0],
  [ACME, NO, APP_REQUIRED, 'none-a', APP, 12],
  [ACME, NO, APP_REQUIRED, 'none-a', DEV, 0],
  [ACME, NO, APP_REQUIRED, 'app-a', APP, 0],
  [ACME, NO, APP_REQUIRED, 'app-a', DEV, 12],
  [ACME, NO, ALL_REQUIRED, 'none-a', DEV, 12],
  [ACME, NO, ALL_REQUIRED, 'dev-a', DEV, 0],
  [ACME, NO, ACME_REQUIRED, 'none-a', APP, 12],
  [ACME, NO, ACME_REQUIRED, 'none-a', 'ghcr.io/acme/team/app', 0],
  [ACME, ACME, `signatures: [{scopes: [${APP}], threshold: 2}]`, 'none-ab', APP, 0],
  [ACME, ACME, `signatures: [{scopes: [${APP}], threshold: 2}]`, 'app-a-none-b', APP, 0],
  [
    ACME,
    ACME,
    `signatures: [{scopes: [${APP}], threshold: 2, require-repository: true}]`,
    'app-a-none-b',
    APP,
    12,
  ],
  [
    ACME,
    ACME,
    `signatures: [{scopes: [${APP}]}, {scopes: ["**"], require-repository: true}]`,
    'none-a',
    APP,
    12,
  ],
  [ACME, ACME, `signatures: [{scopes: [${APP}], signers: [b]}]`, 'none-a', APP, 12],
  [ACME, ACME, `signatures: [{scopes: [${APP}], signers: [b]}]`, 'none-b', APP, 0],
  [ACME, NO, 'signatures: [{scopes: ["**"], require-repository: maybe}]', 'none-a', APP, 2],
  // Rotation of keys; the run is on 2025-06-01.
  [OLD, NEW, '', 'none-a', APP, 12],
  [OLD, NEW, '', 'none-b', APP, 0],
  [OLD, NEW, '', 'none-ab', APP, 0],
  [NEW, OLD, '', 'none-a', APP, 0],
  [`${ACME}, valid-from: 2025-07-01`, NO, '', 'none-a', APP, 12],
  [`${ACME}, valid-until: 2025-06-02`, NO, '', 'none-a', APP, 0],
  [REVOKED, NEW, '', 'none-a', APP, 12],
  [REVOKED, NEW, '', 'none-ab', APP, 0],
  [REVOKED, NEW, REQUIRED, 'none-ab', APP, 12],
  [OLD, NEW, 'signatures: [{scopes: ["**"], threshold: 2}]', 'none-ab', APP, 12],
  [`scopes: [${DEV}], valid-until: 2025-01-01`, `scopes: [${APP}]`, '', 'none-a', APP, 12],
];

let folder: CommandFolder;
beforeAll(async () => {
  folder = new CommandFolder();
  for (const [name, { publicKey }] of Object.entries(keys)) {
    folder.write(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  }
  for (const [name, signatures] of Object.entries(LAYOUTS)) {
    for (const [path, bytes] of files) folder.write(`${name}/${path}`, bytes);
    const layout = new LayoutRepository(folder.path(name));
    for (const [key, repository] of signatures) {
      const named = repository === undefined ? {} : { repository };
      const bundle = unnamedBundle(keys[key].privateKey, { digest: ONE, ...named });
      await attachBundle(layout, ONE, bundle);
    }
  }
});
afterAll(() => folder[Symbol.dispose]());

async function verify(layout: string, ...args: readonly string[]) {
  const asked = ['verify', `oci:${layout}:1`, ...args, '-f', 'json'];
  const { exitCode, stdout, stderr } = await folder.assay(...asked);
  return { exitCode, stdout, stderr };
}

describe('a signature by a signer of the trust file', () => {
  it('has a table of 60 rows', () => {
    expect(ROWS).toHaveLength(60);
  });

  it.each(ROWS)('key a {%s}, key b {%s}, %s: layout %s as %s', async (...row) => {
    const [a, b, more, layout, repository, expected] = row;
    const entries = Object.entries({ a, b }).map(
      ([name, rest]) => `  - {name: ${name}, file: ${name}.pub, ${rest}}\n`,
    );
    folder.write('assay.trust.yaml', `version: 1\nkeys:\n${entries.join('')}${more}\n`);
    const { exitCode } = await verify(
      layout,
      ...['--trust', 'assay.trust.yaml', '--repository', repository],
    );
    expect(exitCode).toBe(expected);
  });
});
