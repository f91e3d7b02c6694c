/** Attestations of Python files that are verified by a trusted root, with a stub index. */

import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import {
  pypiProvenance,
  rootsOf,
  statementAbout,
} from '../../../test/support/package-attestations.ts';
import { startRegistryScene, type RegistryScene } from '../../../test/support/registry-scene.ts';
import { SigstoreMock, type Json } from '../../../test/support/sigstore-mock.ts';
import { wheelBytes } from '../../../test/support/wheels.ts';

const FULCIO = '1.3.6.1.4.1.57264.1.';
const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';
const PUBLISHER = { kind: 'GitHub', repository: 'Acme/Left', workflow: 'release.yml' };
const WORKFLOW = 'https://github.com/acme/left/.github/workflows/release.yml@refs/tags/v1';

/** The extensions of a certificate that a forge's workflow gets. */
const extensions = (issuer: string, repository: string, config: string) => [
  { oid: `${FULCIO}8`, value: issuer },
  { oid: `${FULCIO}12`, value: repository },
  { oid: `${FULCIO}18`, value: config },
];
const GITHUB = extensions(GITHUB_ISSUER, 'https://github.com/acme/left', WORKFLOW);

const nameOf = (version: string): string => `left_pad-${version}-py3-none-any.whl`;
const bytesOf = (version: string): Buffer => wheelBytes({ name: 'left_pad', version });
const about = (version: string, name = nameOf(version)): object =>
  statementAbout(name, bytesOf(version), { hash: 'sha256' });

let mock: SigstoreMock;
let documents: Readonly<Record<string, string | undefined>>;
let scene: RegistryScene;
afterEach(() => scene[Symbol.asyncDispose]());

beforeAll(async () => {
  mock = await SigstoreMock.start();
  const foreign = await SigstoreMock.start();
  const made = async (
    version: string,
    parts: {
      readonly statement?: object;
      readonly publisher?: object;
      readonly extensions?: ReturnType<typeof extensions>;
      readonly subject?: string;
      readonly by?: SigstoreMock;
    } = {},
  ): Promise<Json> => {
    const { statement = about(version), publisher = PUBLISHER, by = mock } = parts;
    const subject = parts.subject ?? WORKFLOW;
    const signer = await by.certify({ subject, extensions: parts.extensions ?? GITHUB });
    return pypiProvenance(by, signer, { statement, publisher });
  };
  const gitlab = {
    publisher: { kind: 'GitLab', repository: 'acme/left', workflow_filepath: '.gitlab-ci.yml' },
    extensions: extensions(
      'https://gitlab.com',
      'https://gitlab.com/acme/left',
      'https://gitlab.com/acme/left//.gitlab-ci.yml@refs/heads/main',
    ),
  };
  const google = {
    publisher: { kind: 'Google', email: 'bot@acme.example' },
    subject: 'bot@acme.example',
    extensions: extensions('https://accounts.google.com', 'x', 'x'),
  };
  const text = async (...parts: Parameters<typeof made>): Promise<string> =>
    JSON.stringify(await made(...parts));
  documents = {
    '1.0': await text('1.0'),
    '1.1': await text('1.1', { statement: about('1.1', 'Left.Pad-1.1.0-py3-none-any.whl') }),
    '1.2': await text('1.2', gitlab),
    '1.3': await text('1.3', google),
    '1.4': await text('1.4', { publisher: { kind: 'ActiveState', claims: {} } }),
    '1.5': undefined,
    '1.6': await text('1.6', { publisher: { kind: 'constructor' } }),
    '2.0': await text('2.0', { statement: about('1.0') }),
    '2.1': await text('2.1', { statement: about('2.1', nameOf('1.0')) }),
    '2.2': await text('2.2', { by: foreign }),
    '2.3': await text('2.3', { publisher: { ...PUBLISHER, repository: 'acme/right' } }),
    '2.4': await text('2.4', { publisher: { ...PUBLISHER, workflow: 'release' } }),
    '2.5': await text('2.5', {
      extensions: extensions('https://else.example', 'https://github.com/acme/left', WORKFLOW),
    }),
    '2.6': await text('2.6', { publisher: { kind: 'GitHub' } }),
    '2.7': await text('2.7', { ...google, publisher: { kind: 'Google', email: 'acme.example' } }),
    '2.8': JSON.stringify({ ...(await made('2.8')), version: 2 }),
    '2.9': JSON.stringify({ version: 1, attestation_bundles: [] }),
    '2.10': JSON.stringify({
      version: 1,
      attestation_bundles: [{ publisher: PUBLISHER, attestations: [{ version: 2 }] }],
    }),
    '2.11': await text('2.11', { ...gitlab, publisher: PUBLISHER }),
  };
});

const OTHER_FILE = 'one of its attestations is about another file';
const FORM = 'its provenance has no form that is known';
const other = (name: string): string =>
  `one of its attestations was made by ${name}, and its index names another publisher`;
const RESULTS: Readonly<Record<string, string>> = {
  '1.0': 'verified',
  '1.1': 'verified',
  '1.2': 'verified',
  '1.3': 'verified',
  '1.4': 'unchecked: one of its attestations is of a kind of publisher that is not known',
  '1.5': 'unchecked: its index states provenance and does not serve it',
  '1.6': 'unchecked: one of its attestations is of a kind of publisher that is not known',
  '2.0': OTHER_FILE,
  '2.1': OTHER_FILE,
  '2.2':
    'one of its attestations has a certificate that the trusted root does not confirm for that time',
  '2.3': other(WORKFLOW),
  '2.4': other(WORKFLOW),
  '2.5': other(WORKFLOW),
  '2.6': other(WORKFLOW),
  '2.7': other('bot@acme.example'),
  '2.8': FORM,
  '2.9': 'its provenance contains no attestation',
  '2.10': 'one of its attestations has no form that is known',
  '2.11': other(WORKFLOW),
};

async function start(): Promise<RegistryScene> {
  scene = await startRegistryScene(undefined, { roots: rootsOf(mock) });
  const files = Object.keys(documents).map((version) => ({
    name: nameOf(version),
    bytes: bytesOf(version),
    metadata: 'Metadata-Version: 2.1\n',
    provenance: `/provenance/${version}`,
  }));
  scene.index.projects.set('left-pad', files);
  scene.index.intercept = ({ url = '' }, response) => {
    const document = documents[url.slice('/provenance/'.length)];
    if (!url.startsWith('/provenance/') || document === undefined) return false;
    response.end(document);
    return true;
  };
  return scene;
}

const address = (version: string): string => `/pypi/files/left-pad/${nameOf(version)}`;

describe('attestations of Python files', () => {
  it('that are wrong hide the file once it was requested, and the log has all results', async () => {
    const { get } = await start();
    const found: Record<string, string | undefined> = {};
    for (const version of Object.keys(documents)) {
      const { status } = await get(address(version));
      const line = scene.logged.at(-1) as {
        readonly causes?: readonly string[];
        readonly attestations?: string;
      };
      const cause = line.causes?.[0]?.replace('attestation: ', '');
      found[version] = status === 200 ? line.attestations : cause;
    }
    expect(found).toEqual(RESULTS);
    const page = await get('/pypi/simple/left-pad/', {
      accept: 'application/vnd.pypi.simple.v1+json',
    });
    const { files } = JSON.parse(page.body.toString()) as {
      readonly files: readonly { readonly filename: string; readonly yanked?: string }[];
    };
    expect(
      files.filter(({ yanked }) => yanked === undefined).map(({ filename }) => filename),
    ).toEqual(['1.0', '1.1', '1.2', '1.3', '1.4', '1.5', '1.6'].map(nameOf));
    for (const more of ['', '.metadata', '.provenance']) {
      expect((await get(`${address('2.2')}${more}`)).status).toBe(403);
    }
    expect((await get(`${address('1.0')}.provenance`)).body.toString()).toBe(documents['1.0']);
  });

  it('that are wrong let none of many requests pass', async () => {
    const { get } = await start();
    const answers = await Promise.all(Array.from({ length: 20 }, () => get(address('2.2'))));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
    expect(scene.index.requests.filter((one) => one.includes('provenance'))).toHaveLength(1);
  });
});
