import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import {
  scriptedRegistry,
  storeLayout,
  type ScriptedRegistry,
} from '../../../../../test/support/registry-server.ts';
import { makeImage, ociFiles } from '../../../../../test/support/stored-images.ts';

const image = makeImage([
  [
    {
      path: 'app/node_modules/minimist/package.json',
      body: JSON.stringify({ name: 'minimist', version: '1.0.0' }),
    },
  ],
]);

let folder: CommandFolder;
let registry: ScriptedRegistry;
beforeEach(async () => {
  folder = new CommandFolder();
  folder.env['ASSAY_OFFLINE'] = '';
  registry = await scriptedRegistry();
  storeLayout(registry, 'acme/app', ociFiles([{ image, tag: '1' }]));
});
afterEach(() => {
  registry[Symbol.dispose]();
  folder[Symbol.dispose]();
});

function trust(name: string, rules: string): void {
  folder.write(name, `version: 1\nregistries: {${rules}}\n`);
}

describe('assay image with a trust file', () => {
  async function scan(...args: readonly string[]): Promise<{ code: number; text: string }> {
    const named = ['image', `${registry.host}/acme/app:1`, '--scanners', 'packages'];
    const { exitCode, stdout, stderr } = await folder.assay(...named, ...args);
    return { code: exitCode, text: stdout + stderr };
  }

  it('ends with 7 for a registry that is not allowed', async () => {
    trust('trust.yaml', 'allowed: [ghcr.io]');
    const { code, text } = await scan('--trust', 'trust.yaml');
    expect([code, text]).toEqual([7, expect.stringContaining('source/untrusted')]);
    expect(text).toContain(`the image comes from "${registry.host}/acme/app"`);
  });

  it('asks for no verdict where the registry is allowed', async () => {
    trust('trust.yaml', `allowed: ['${registry.host}']`);
    const { code, text } = await scan('--trust', 'trust.yaml');
    expect([code, text]).toEqual([0, expect.not.stringContaining('PASS')]);
  });

  it('reads the file that lies above, and says so', async () => {
    trust('assay.trust.yaml', 'denied: [localhost, 127.0.0.1]');
    const { code, text } = await scan();
    expect([code, text]).toEqual([7, expect.stringContaining('was found and not named')]);
    expect((await scan('--trust', 'none')).code).toBe(0);
    folder.write('named.yaml', '');
    expect((await scan('-c', 'named.yaml')).code).toBe(0);
  });

  it('ends with 2 for a file that is none', async () => {
    folder.write('trust.yaml', 'version: 1\nregistry: {}\n');
    const { code, text } = await scan('--trust', 'trust.yaml');
    expect([code, text]).toEqual([2, expect.stringContaining('registries')]);
    expect(registry.requests).toEqual([]);
  });

  it('puts the source before findings, and lists both', async () => {
    await folder.load({ id: 'GHSA-1111-2222-3333', name: 'minimist', fixed: '1.2.6' });
    trust('trust.yaml', 'allowed: [ghcr.io]');
    const gate = ['--fail-on', 'high', '--scanners', 'vuln', '--skip-db-update'];
    const refused = await scan('--trust', 'trust.yaml', ...gate);
    expect(refused.code).toBe(7);
    expect(refused.text).toMatch(/source\/untrusted[^]*--fail-on high/u);
    trust('trust.yaml', `allowed: ['${registry.host}']`);
    expect((await scan('--trust', 'trust.yaml', ...gate)).code).toBe(1);
  });

  it('judges stored reports by the same rules', async () => {
    await folder.load({ id: 'GHSA-1111-2222-3333', name: 'other', fixed: '1.2.6' });
    const scanned = ['--scanners', 'vuln', '--skip-db-update', '-f', 'json', '-o', 'report.json'];
    expect((await scan(...scanned)).code).toBe(0);
    trust('trust.yaml', 'allowed: [ghcr.io]');
    const gate = ['gate', 'report.json', '--fail-on', 'high', '--trust', 'trust.yaml'];
    const refused = await folder.assay(...gate);
    expect([refused.exitCode, refused.stdout + refused.stderr]).toEqual([
      7,
      expect.stringContaining('source/untrusted'),
    ]);
    trust('trust.yaml', `allowed: ['${registry.host}']`);
    const passed = await folder.assay(...gate);
    expect([passed.exitCode, passed.stdout + passed.stderr]).toEqual([
      0,
      expect.stringContaining('is allowed by trust.yaml'),
    ]);
  });

  it('says that a file names no registry', async () => {
    for (const [path, bytes] of ociFiles([{ image, tag: 'ghcr.io/acme/app:1' }])) {
      folder.write(`images/${path}`, bytes);
    }
    trust('trust.yaml', 'allowed: [quay.io]');
    const { exitCode, stdout, stderr } = await folder.assay(
      ...['image', '--input', 'images', '--scanners', 'packages', '--trust', 'trust.yaml'],
    );
    expect([exitCode, stdout + stderr]).toEqual([
      0,
      expect.stringContaining('say nothing about "images"'),
    ]);
  });
});
