/**
 * VEX attestations that cosign wrote to a real registry, in both forms, and what a scan with `--vex
 * oci` makes of them.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingAbility } from '../support/abilities.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { missingForInterop } from '../support/interop.ts';
import { pushFiles } from '../support/registry-push.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { PASSWORD, SigningTools } from '../support/signing-tools.ts';
import { makeImage, ociFiles, type MadeImage } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';

const missing = missingForRegistry ?? missingForInterop() ?? missingAbility('cosign/2');
const ID = 'GHSA-1111-2222-3333';

function appImage(architecture: string): MadeImage {
  const body = JSON.stringify({ name: 'minimist', version: '1.0.0' });
  return makeImage(
    [
      [
        { path: 'srv/architecture', body: architecture },
        { path: 'app/node_modules/minimist/package.json', body },
      ],
    ],
    { platform: { os: 'linux', architecture } },
  );
}

const platforms = ['amd64', 'arm64'].map((one) => ({
  image: appImage(one),
  isPlatformListed: true,
}));
const files = ociFiles([{ tag: '1', platforms }]);

function vex(status: string, rest: object): string {
  const statement = { vulnerability: { name: ID }, products: [{ '@id': 'pkg:npm/minimist' }] };
  return JSON.stringify({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://acme.example/vex/1',
    author: 'Security',
    timestamp: '2025-05-01T00:00:00Z',
    version: 1,
    statements: [{ ...statement, status, justification: 'vulnerable_code_not_present' }],
    ...rest,
  });
}

describe.skipIf(missing !== undefined)(`--vex oci${needs(missing)}`, () => {
  let folder: CommandFolder;
  let tools: SigningTools;
  let registry: RunningRegistry;

  beforeAll(async () => {
    folder = new CommandFolder();
    tools = new SigningTools(folder);
    folder.env['ASSAY_KEY_PASSWORD'] = PASSWORD;
    folder.env['ASSAY_OFFLINE'] = 'false';
    registry = await startRegistry();
    await folder.load({ id: ID, name: 'minimist', fixed: '1.2.6' });
    for (const key of ['ours', 'theirs'])
      await folder.run('key', 'generate', key, '--kind', 'p256');
    folder.write('harmless.json', vex('not_affected', {}));
    folder.write(
      'withdrawn.json',
      vex('affected', { version: 2, timestamp: '2025-05-02T00:00:00Z' }),
    );
  });

  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  function attest(name: string, document: string, key: string, form: readonly string[]): void {
    const signed = ['attest', '--key', `${key}.key`, '--tlog-upload=false', '--yes', ...form];
    tools.run('cosign', [...signed, '--type', 'openvex', '--predicate', document, name]);
  }

  async function scan(name: string): Promise<readonly [number, string]> {
    const flags = [
      '--vex',
      'oci',
      '--verify-key',
      'ours.pub',
      '--fail-on',
      'high',
      '--skip-db-update',
    ];
    const { exitCode, stdout } = await folder.assay('image', name, '--platform', 'all', ...flags);
    return [exitCode, stdout.replaceAll(/\s+/gu, ' ')];
  }

  it.each([
    ['the tag .att', []],
    ['bundles', ['--new-bundle-format']],
  ])('of an index by cosign, in %s', async (what, form) => {
    const name = `${registry.host}/stated-${what.replaceAll(/[^a-z]/gu, '')}`;
    await pushFiles(name, ['1'], files);
    expect(await scan(`${name}:1`)).toEqual([1, expect.stringContaining('No VEX attestation')]);
    attest(`${name}:1`, 'harmless.json', 'theirs', form);
    expect(await scan(`${name}:1`)).toEqual([
      1,
      expect.stringContaining('none of the trusted keys'),
    ]);
    attest(`${name}:1`, 'harmless.json', 'ours', form);
    expect(await scan(`${name}:1`)).toEqual([0, expect.stringContaining('signed by ours.pub')]);
    attest(`${name}:1`, 'withdrawn.json', 'ours', form);
    expect((await scan(`${name}:1`))[0]).toBe(1);
  });
});
