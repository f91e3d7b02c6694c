/**
 * `assay push --with-signatures` of images that cosign signed and attested: cosign accepts them at
 * the target.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingAbility } from '../support/abilities.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { missingForInterop } from '../support/interop.ts';
import { pushFiles } from '../support/registry-push.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { EMPTY_ROOT, PASSWORD, SigningTools } from '../support/signing-tools.ts';
import { makeImage, ociFiles } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';

const missing = missingForRegistry ?? missingForInterop() ?? missingAbility('cosign/2');
const platforms = ['amd64', 'arm64'].map((architecture) => ({
  image: makeImage(
    [
      [
        { path: 'srv/architecture', body: architecture },
        {
          path: 'srv/node_modules/left/package.json',
          body: JSON.stringify({ name: 'left', version: '1.0.1' }),
        },
      ],
    ],
    { platform: { os: 'linux', architecture } },
  ),
  isPlatformListed: true,
}));
const [one] = platforms;
if (one === undefined) throw new Error('no image');
const LAYOUTS = {
  image: ociFiles([{ tag: '1', image: one.image }]),
  index: ociFiles([{ tag: '1', platforms }]),
};

describe.skipIf(missing !== undefined)(`images that cosign signed${needs(missing)}`, () => {
  let folder: CommandFolder;
  let tools: SigningTools;
  let registry: RunningRegistry;

  beforeAll(async () => {
    folder = new CommandFolder();
    tools = new SigningTools(folder);
    folder.env['ASSAY_KEY_PASSWORD'] = PASSWORD;
    folder.env['ASSAY_OFFLINE'] = 'false';
    folder.env['ASSAY_SKIP_DB_UPDATE'] = 'true';
    await folder.load({ id: 'GHSA-left', name: 'left', fixed: '1.0.1', severity: 'CRITICAL' });
    folder.write('root.json', EMPTY_ROOT);
    folder.write('note.json', '{"note":1}');
    registry = await startRegistry();
    for (const name of ['a', 'b']) await folder.run('key', 'generate', name);
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const key = ['--key', 'a.pub', '--insecure-ignore-tlog'];
  const note = ['--type', 'https://acme.example/note'];

  async function signedSource(name: string, kind: keyof typeof LAYOUTS): Promise<string> {
    const source = `${registry.host}/${name}-source`;
    await pushFiles(source, ['1'], LAYOUTS[kind]);
    const flags = ['--yes', '--key', 'a.key', '--tlog-upload=false'];
    tools.run('cosign', ['sign', '-r', ...flags, `${source}:1`]);
    tools.run('cosign', ['attest', ...flags, ...note, '--predicate', 'note.json', `${source}:1`]);
    return source;
  }

  function expectAccepted(target: string): void {
    tools.run('cosign', ['verify', ...key, target]);
    const other = ['--key', 'b.pub', '--insecure-ignore-tlog'];
    expect(tools.attempt('cosign', ['verify', ...other, target]).status).not.toBe(0);
    const text = tools.run('cosign', ['verify-attestation', ...key, ...note, target]);
    expect(text).toContain('application/vnd.in-toto+json');
  }

  it.each(['image', 'index'] as const)('are pushed from a registry: an %s', async (kind) => {
    const source = await signedSource(`registry-${kind}`, kind);
    const target = `${registry.host}/registry-${kind}-target`;
    const bundle = ['--new-bundle-format', '--trusted-root', 'root.json'];
    const attested = ['--type', 'https://acme.example/other', '--predicate', 'note.json'];
    const flags = ['--yes', '--key', 'a.key', '--tlog-upload=false', '--new-bundle-format'];
    tools.run('cosign', ['attest', ...flags, ...attested, `${source}:1`]);
    const from = [`${source}:1`, `${target}:1`, '--image-src', 'remote'];
    const { stdout } = await folder.run('push', ...from, '--with-signatures');
    expectAccepted(stdout.trim());
    const type = ['--type', 'https://acme.example/other'];
    tools.run('cosign', ['verify-attestation', ...key, ...bundle, ...type, stdout.trim()]);
    if (kind === 'image') return;
    const headers = { accept: 'application/vnd.oci.image.index.v1+json' };
    const index = await fetch(`http://${target.replace('/', '/v2/')}/manifests/1`, { headers });
    const { manifests } = (await index.json()) as {
      readonly manifests: readonly { readonly digest: string }[];
    };
    for (const { digest } of manifests) {
      tools.run('cosign', ['verify', ...key, `${target}@${digest}`]);
    }
  });

  it.each(['image', 'index'] as const)('are pushed as cosign saved them: an %s', async (kind) => {
    const source = await signedSource(`saved-${kind}`, kind);
    const layout = `saved-${kind}`;
    tools.run('cosign', ['save', '--dir', layout, `${source}:1`]);
    const { manifests } = JSON.parse(folder.read(`${layout}/index.json`)) as {
      readonly manifests: readonly {
        readonly digest: string;
        readonly annotations?: Readonly<Record<string, string>>;
      }[];
    };
    const image = manifests.find(({ annotations }) =>
      /\/image(?:Index)?$/u.test(annotations?.['kind'] ?? ''),
    );
    const target = `${registry.host}/saved-${kind}-target:1`;
    const from = `oci:${layout}@${image?.digest ?? ''}`;
    const { stdout } = await folder.run('push', from, target, '--with-signatures');
    expectAccepted(stdout.trim());
  });
});
