/**
 * Attestations of five types, exchanged with cosign through a real registry, in both forms, and
 * listed by oras. cosign verifies bundles with sigstore-go; the commands of sigstore-go itself want
 * a log entry or a timestamp, which signatures with keys have not.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingAbility } from '../support/abilities.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { missingForInterop } from '../support/interop.ts';
import { pushFiles } from '../support/registry-push.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { EMPTY_ROOT, PASSWORD, SigningTools } from '../support/signing-tools.ts';
import { makeImage, ociFiles } from '../support/stored-images.ts';
import { missingTool, needs } from '../support/tools.ts';

const missing = missingForRegistry ?? missingForInterop() ?? missingAbility('cosign/2');
const missingOras = missing ?? missingTool('oras');
const AT = '2025-05-31T00:00:00Z';
const files = ociFiles([{ tag: '1', image: makeImage([[{ path: 'srv/data', body: 'x' }]]) }]);

/** Predicates by cosign's names of their types. */
const PREDICATES: Readonly<Record<string, object>> = {
  cyclonedx: { bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { timestamp: AT } },
  spdxjson: {
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: 'n',
    dataLicense: 'CC0-1.0',
    documentNamespace: 'https://a.example/b',
    creationInfo: { created: AT, creators: ['Tool: t'] },
    packages: [],
  },
  vuln: {
    invocation: {},
    scanner: { uri: 'u', version: '1', db: {}, result: {} },
    metadata: { scanStartedOn: AT, scanFinishedOn: AT },
  },
  openvex: {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://a.example/b',
    author: 'a',
    timestamp: AT,
    version: 1,
    statements: [],
  },
  slsaprovenance1: {
    buildDefinition: {
      buildType: 'https://a.example/b',
      externalParameters: {},
      resolvedDependencies: [],
    },
    runDetails: {
      builder: { id: 'https://a.example' },
      metadata: { invocationId: '1', startedOn: AT, finishedOn: AT },
    },
  },
};
const TYPES = Object.keys(PREDICATES);

describe.skipIf(missing !== undefined)(`attestations${needs(missing)}`, () => {
  let folder: CommandFolder;
  let tools: SigningTools;
  let registry: RunningRegistry;

  beforeAll(async () => {
    folder = new CommandFolder();
    tools = new SigningTools(folder);
    folder.env['ASSAY_KEY_PASSWORD'] = PASSWORD;
    folder.env['ASSAY_OFFLINE'] = 'false';
    registry = await startRegistry();
    folder.write('root.json', EMPTY_ROOT);
    await folder.run('key', 'generate', 'k', '--kind', 'p256');
    for (const [type, predicate] of Object.entries(PREDICATES)) {
      folder.write(`${type}.json`, JSON.stringify(predicate));
    }
  });

  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it.each(TYPES)('of the type %s are accepted by cosign', async (type) => {
    const name = `${registry.host}/ours-${type}`;
    await pushFiles(name, ['1'], files);
    const predicate = ['--type', type, '--predicate', `${type}.json`];
    await folder.run('attest', `${name}:1`, ...predicate, '--sign-key', 'k.key');
    const verify = ['verify-attestation', '--key', 'k.pub', '--insecure-ignore-tlog'];
    tools.run('cosign', [...verify, '--type', type, `${name}:1`]);
    const bundle = ['--new-bundle-format', '--trusted-root', 'root.json'];
    tools.run('cosign', [...verify, ...bundle, '--type', type, `${name}:1`]);
  });

  it.skipIf(missingOras !== undefined).each(TYPES)(
    `of the type %s are listed by oras${needs(missingOras)}`,
    async (type) => {
      const name = `${registry.host}/listed-${type}`;
      await pushFiles(name, ['1'], files);
      const predicate = ['--type', type, '--predicate', `${type}.json`];
      await folder.run('attest', `${name}:1`, ...predicate, '--sign-key', 'k.key');
      const listed = tools.run('oras', ['discover', '--plain-http', `${name}:1`]);
      expect(listed).toContain('application/vnd.dev.sigstore.bundle.v0.3+json');
    },
  );

  it.each(TYPES)('of the type %s by cosign are accepted, in both forms', async (type) => {
    for (const form of [[], ['--new-bundle-format']]) {
      const name = `${registry.host}/theirs-${type}${form.length}`;
      await pushFiles(name, ['1'], files);
      const predicate = ['--type', type, '--predicate', `${type}.json`];
      const signed = ['attest', '--key', 'k.key', '--tlog-upload=false', '--yes', ...form];
      tools.run('cosign', [...signed, ...predicate, `${name}:1`]);
      const args = ['verify', `${name}:1`, '--type', type, '--verify-key', 'k.pub', '-f', 'json'];
      const { exitCode, stdout } = await folder.assay(...args);
      const { attestations } = JSON.parse(stdout) as { attestations: readonly object[] };
      expect([exitCode, attestations]).toEqual([0, [expect.objectContaining({ counts: true })]]);
    }
  });
});
