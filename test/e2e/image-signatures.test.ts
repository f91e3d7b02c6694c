/**
 * Signatures of images in registries: one that lists no referrers, one that does, and one that does
 * not answer.
 */

import { createHash, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../support/command-folder.ts';
import {
  layoutFolder,
  missingForRegistry,
  startRegistry,
  type RunningRegistry,
} from '../support/registry.ts';
import { takeUploads } from '../support/registry-uploads.ts';
import { refuse, scriptedRegistry, storeLayout } from '../support/registry-server.ts';
import { INDEX, TWO_PLATFORMS } from '../support/two-platforms.ts';
import { needs } from '../support/tools.ts';

let folder: CommandFolder;
beforeAll(() => {
  folder = new CommandFolder();
  folder.env['ASSAY_OFFLINE'] = 'false';
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    folder.write(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    folder.write(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  }
});
afterAll(() => folder[Symbol.dispose]());

interface Answer {
  readonly signatures: readonly { readonly form: string; readonly counts: boolean }[];
}

async function verify(
  reference: string,
  key: string,
  ...more: readonly string[]
): Promise<Outcome & { readonly forms: readonly string[] }> {
  const keys = ['--verify-key', key, '-f', 'json'];
  const outcome = await folder.assay('verify', reference, ...keys, ...more);
  const { signatures = [] } = JSON.parse(
    outcome.stdout === '' ? '{}' : outcome.stdout,
  ) as Partial<Answer>;
  return { ...outcome, forms: signatures.filter(({ counts }) => counts).map(({ form }) => form) };
}

describe.skipIf(missingForRegistry !== undefined)(
  `a registry without referrers${needs(missingForRegistry)}`,
  () => {
    let registry: RunningRegistry;
    beforeAll(async () => {
      registry = await startRegistry();
      for (const name of ['app:1', 'copy:1', 'shared:1']) {
        registry.push(`${layoutFolder(folder.path('images'), TWO_PLATFORMS)}:1`, name);
      }
    });
    afterAll(() => registry[Symbol.asyncDispose]());

    it('holds both forms of the index and every child', async () => {
      const app = `${registry.host}/app`;
      const { stdout } = await folder.run('sign', `${app}:1`, '--sign-key', 'a.pem');
      expect(stdout).toContain(`The tag "1" leads to ${INDEX}.`);
      const all = await verify(`${app}:1`, 'a.pub', '--platform', 'all');
      expect([all.exitCode, all.forms.length]).toEqual([0, 6]);
      expect((await verify(`${app}@${INDEX}`, 'a.pub')).forms).toEqual(['sig', 'bundle']);
      expect((await verify(`${app}:1`, 'b.pub')).exitCode).toBe(12);
      expect((await verify(`${app}:2`, 'a.pub')).exitCode).toBe(11);
      expect((await verify(`${registry.host}/none:1`, 'a.pub')).exitCode).toBe(11);
      expect((await verify(`${registry.host}/copy:1`, 'a.pub')).exitCode).toBe(10);
    });

    it('lets no signature count that was moved from another repository', async () => {
      const app = `${registry.host}/app`;
      const tag = INDEX.replace(':', '-');
      for (const version of [`${tag}.sig`, tag]) {
        registry.push(`docker://${app}:${version}`, `copy:${version}`, ['--src-tls-verify=false']);
      }
      const copy = `${registry.host}/copy:1`;
      const moved = await verify(copy, 'a.pub');
      expect([moved.exitCode, moved.stdout]).toEqual([12, expect.stringContaining('/app\\"')]);
      expect((await verify(copy, 'a.pub', '--any-repository')).forms).toEqual(['sig', 'bundle']);
      expect((await verify(copy, 'a.pub', '--repository', app)).exitCode).toBe(0);
    });

    it('keeps the signatures of signers at the same time', async () => {
      const names = ['a', 'b', 'c', 'd', 'e'];
      const shared = `${registry.host}/shared@${INDEX}`;
      await Promise.all(
        names.map((name) => folder.run('sign', shared, '--sign-key', `${name}.pem`)),
      );
      const { exitCode, forms } = await verify(shared, names.map((name) => `${name}.pub`).join());
      expect([exitCode, forms.length]).toEqual([0, 10]);
    });
  },
);

describe('a registry with referrers', () => {
  it('lists bundles by itself', async () => {
    using registry = await scriptedRegistry();
    storeLayout(registry, 'app', TWO_PLATFORMS);
    takeUploads(registry, { hasReferrers: true });
    const app = `${registry.host}/app:1`;
    await folder.run('sign', app, '--sign-key', 'a.pem');
    expect((await verify(app, 'a.pub')).forms).toEqual(['sig', 'bundle']);
    const tags = [...registry.stored.keys()].filter((name) => /sha256-[0-9a-f]{64}$/u.test(name));
    expect(tags).toEqual([]);
  });

  it.each<[string, RegExp, number]>([
    ['referrers', /\/referrers\//u, 500],
    ['referrers that are denied', /\/referrers\//u, 403],
    ['the tag', /\.sig$/u, 403],
    ['the tag for now', /\.sig$/u, 503],
    ['the image', /\/manifests\/1$/u, 403],
  ])('ends with 3 where it does not answer: %s', async (_, path, status) => {
    using registry = await scriptedRegistry();
    storeLayout(registry, 'app', TWO_PLATFORMS);
    takeUploads(registry, { hasReferrers: true });
    registry.answers.push((_request, response, url) => {
      if (!path.test(url.pathname)) return false;
      refuse(response, status, 'DENIED', 'not now');
      return true;
    });
    const { exitCode, stdout } = await verify(`${registry.host}/app:1`, 'a.pub');
    expect([exitCode, stdout]).toEqual([3, '']);
  });

  it('asks nothing of a registry with --offline', async () => {
    using registry = await scriptedRegistry();
    const app = `${registry.host}/app:1`;
    const { exitCode } = await folder.assay('verify', app, '--verify-key', 'a.pub', '--offline');
    expect([exitCode, registry.requests]).toEqual([3, []]);
  });

  it('shows no secret', async () => {
    using registry = await scriptedRegistry();
    storeLayout(registry, 'app', TWO_PLATFORMS);
    takeUploads(registry, { hasReferrers: true });
    const password = createHash('sha256').update(registry.host).digest('hex');
    folder.env['ASSAY_KEY_PASSWORD'] = password;
    await folder.run('key', 'generate', 'sentinel');
    const app = `${registry.host}/app:1`;
    const signed = await folder.assay('sign', app, '--sign-key', 'sentinel.key', '--debug');
    delete folder.env['ASSAY_KEY_PASSWORD'];
    folder.env['ASSAY_KEY_PASSWORD'] = `${password}x`;
    const refused = await folder.assay('sign', app, '--sign-key', 'sentinel.key', '--debug');
    delete folder.env['ASSAY_KEY_PASSWORD'];
    expect([signed.exitCode, refused.exitCode]).toEqual([0, 2]);
    const stored = [...registry.stored.values()].map(({ bytes }) => bytes.toString('latin1'));
    for (const text of [signed, refused].flatMap((one) => [one.stdout, one.stderr])) {
      expect(text).not.toContain(password);
    }
    expect(stored.join('')).not.toContain(password);
  });
});
