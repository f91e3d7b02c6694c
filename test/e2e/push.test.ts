/**
 * `assay push` to a real registry: what is sent after a pass, and that nothing is sent before one.
 */

import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../support/command-folder.ts';
import { contentOf, leftImage, rootOf } from '../support/push-images.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { startFront } from '../support/registry-front.ts';
import { refuse, type Answer } from '../support/registry-server.ts';
import { dockerArchive, ociFiles, type MadeImage } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';
import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';

const GOOD = leftImage('1.0.1');
const ARM = leftImage('1.0.1', 'arm64');
const BAD = leftImage('1.0.0', 'arm64');
const listed = (image: MadeImage): { image: MadeImage; isPlatformListed: true } => ({
  image,
  isPlatformListed: true,
});

const layouts = {
  good: ociFiles([{ image: GOOD, tag: '1' }]),
  bad: ociFiles([{ image: BAD, tag: '1' }]),
  many: ociFiles([{ tag: '1', platforms: [listed(GOOD), listed(ARM)] }]),
  mixed: ociFiles([{ tag: '1', platforms: [listed(GOOD), listed(BAD)] }]),
  two: ociFiles([
    { image: GOOD, tag: '1' },
    { image: ARM, tag: '2' },
  ]),
};

let folder: CommandFolder;
beforeAll(async () => {
  folder = new CommandFolder();
  await folder.load({ id: 'GHSA-left', name: 'left', fixed: '1.0.1', severity: 'CRITICAL' });
  folder.env['ASSAY_OFFLINE'] = 'false';
  folder.env['ASSAY_SKIP_DB_UPDATE'] = 'true';
  for (const name of ['a', 'b']) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    folder.write(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    folder.write(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  }
  for (const [name, files] of Object.entries(layouts)) {
    for (const [file, bytes] of files) folder.write(`${name}/${file}`, bytes);
  }
  folder.write('good.tar', writeTar(dockerArchive([{ image: GOOD, tags: ['app:1'] }])));
  folder.write('bad.tar', writeTar(dockerArchive([{ image: BAD, tags: ['app:1'] }])));
});
afterAll(() => folder[Symbol.dispose]());

describe.skipIf(missingForRegistry !== undefined)(
  `pushing to a real registry${needs(missingForRegistry)}`,
  () => {
    let registry: RunningRegistry;
    let data: string;
    beforeAll(async () => {
      registry = await startRegistry();
      data = registry.blobFile(`sha256:${'0'.repeat(64)}`).replace(/\/docker\/.*$/u, '');
      // The registry makes it for the first push.
      mkdirSync(data, { recursive: true });
    });
    afterAll(() => registry[Symbol.asyncDispose]());

    function push(source: string, name: string, ...more: readonly string[]): Promise<Outcome> {
      return folder.assay('push', source, `${registry.host}/${name}`, ...more);
    }

    async function get(name: string): Promise<Response> {
      return fetch(`http://${registry.host}/v2/${name}`, {
        headers: {
          accept:
            '*/*, application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json',
        },
      });
    }

    it.each([
      ['an image', 'oci:good:1', rootOf(layouts.good)],
      ['an index', 'oci:many:1', rootOf(layouts.many)],
    ])('pushes %s with the digest of its source', async (what, source, digest) => {
      const name = `same-${what.slice(-5)}`;
      const { exitCode, stdout, stderr } = await push(source, `${name}:1`);
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('critical+fixable')]);
      expect(stdout).toBe(`${registry.host}/${name}@${digest}\n`);
      const stored = await get(`${name}/manifests/1`);
      const bytes = Buffer.from(await stored.arrayBuffer());
      expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(digest);
    });

    it('gives a docker archive the same digest each time, and the layers that were scanned', async () => {
      const first = await push('./good.tar', 'archive:1');
      const again = await push('./good.tar', 'again:1');
      const digestIn = ({ stdout }: Outcome): string => stdout.trim().split('@')[1] ?? stdout;
      expect([first.exitCode, again.exitCode]).toEqual([0, 0]);
      expect(digestIn(again)).toBe(digestIn(first));
      const scanned = await folder.run(
        'image',
        `${registry.host}/archive:1`,
        '--image-src',
        'remote',
        '-f',
        'json',
      );
      const report = JSON.parse(scanned.stdout) as {
        results: { artifact: { layers: { diffId: string }[]; image: { configDigest: string } } }[];
      };
      const [result] = report.results;
      expect(result?.artifact.image.configDigest).toBe(GOOD.configDigest);
      expect(result?.artifact.layers.map(({ diffId }) => diffId)).toEqual(
        GOOD.layers.map(({ diffId }) => diffId),
      );
    });

    it.each([
      ['an image that fails', 'oci:bad:1', [], 1],
      ['an archive that fails', './bad.tar', [], 1],
      ['an index with one child that fails', 'oci:mixed:1', [], 1],
      ['a dry run', 'oci:good:1', ['--dry-run'], 0],
      ['a dry run that would fail', 'oci:bad:1', ['--dry-run'], 0],
      ['a gate that only reports', 'oci:bad:1', ['--fail-on', 'high', '--exit-code', '0'], 1],
      ['--exit-code alone', 'oci:bad:1', ['--exit-code', '9'], 9],
      ['--fail-on-tamper alone', 'oci:bad:1', ['--fail-on-tamper'], 1],
      ['--fail-on-stale-ignore alone', 'oci:bad:1', ['--fail-on-stale-ignore'], 1],
      ['--exit-on-eol alone', 'oci:bad:1', ['--exit-on-eol', '4'], 1],
      ['a source with two images', './two', [], 2],
      ['an inventory only', 'oci:good:1', ['--scanners', 'packages'], 2],
      ['a platform', 'oci:many:1', ['--platform', 'linux/amd64'], 2],
      ['a file that is not there', './none.tar', [], 3],
      ['a key that is not there', 'oci:good:1', ['--sign-key', 'none.pem'], 2],
    ])('sends nothing for %s', async (_, source, more, code) => {
      const before = contentOf(data);
      const { length } = registry.requests();
      const { exitCode, stdout } = await push(source, 'never:1', ...more);
      expect([exitCode, stdout]).toEqual([code, '']);
      expect(contentOf(data)).toEqual(before);
      const asked = registry.requests().slice(length);
      expect(asked.filter((line) => !/^(?:GET|HEAD) /u.test(line))).toEqual([]);
    });

    it('signs the index and its children, and the signatures verify', async () => {
      const name = `${registry.host}/signed`;
      const outcome = await push('oci:many:1', 'signed:1', '--sign-key', 'a.pem');
      expect([outcome.exitCode, outcome.stderr]).toEqual([
        0,
        expect.stringContaining('6 signatures'),
      ]);
      await folder.run('verify', `${name}:1`, '--verify-key', 'a.pub', '--platform', 'all');
    });

    interface Envelope {
      readonly payload: string;
    }
    interface Statement {
      readonly subject: readonly { readonly digest: { readonly sha256: string } }[];
      readonly predicateType: string;
      readonly predicate: Readonly<Record<string, unknown>>;
    }

    async function attestationsOf(name: string, digest: string): Promise<readonly Statement[]> {
      const found = await get(`${name}/manifests/${digest.replace(':', '-')}.att`);
      const { layers } = (await found.json()) as { layers: readonly { digest: string }[] };
      return Promise.all(
        layers.map(async (layer) => {
          const { payload } = (await (
            await get(`${name}/blobs/${layer.digest}`)
          ).json()) as Envelope;
          return JSON.parse(Buffer.from(payload, 'base64').toString()) as Statement;
        }),
      );
    }

    it('attaches the verdict and the bill of materials, once however often it is pushed', async () => {
      for (const tag of ['1', '2']) {
        const { exitCode } = await push('oci:good:1', `attested:${tag}`, '--sign-key', 'a.pem');
        expect(exitCode).toBe(0);
      }
      await push('oci:good:1', 'attested:3', '--sign-key', 'b.pem');
      const digest = rootOf(layouts.good);
      const statements = await attestationsOf('attested', digest);
      expect(statements.map(({ predicateType }) => predicateType).sort()).toEqual([
        'https://cyclonedx.org/bom',
        'https://cyclonedx.org/bom',
        'https://slsa.dev/verification_summary/v1',
        'https://slsa.dev/verification_summary/v1',
      ]);
      for (const { subject } of statements) {
        expect(subject.map((one) => `sha256:${one.digest.sha256}`)).toEqual([digest]);
      }
      const verdict = statements.find(({ predicateType }) => predicateType.includes('slsa'));
      expect(verdict?.predicate).toMatchObject({
        verificationResult: 'PASSED',
        timeVerified: expect.stringMatching(/^2025-06-01T/u) as string,
        advisoryData: [{ feed: 'osv' }],
      });
      const bom = statements.find(({ predicateType }) => predicateType.includes('cyclonedx'));
      expect(JSON.stringify(bom?.predicate)).toContain('pkg:npm/left@1.0.1');
    });

    it.each([
      ['folders', ['--skip-dirs', '/srv/**'], { skipDirs: ['/srv/**'] }],
      ['kinds of packages', ['--pkg-types', 'os'], { packageTypes: ['os'] }],
      ['exceptions', ['--ignorefile', 'left.ignore'], { exceptionCount: 1 }],
    ])('says in the signed verdict what was left out: %s', async (what, more, expected) => {
      folder.write('left.ignore', 'GHSA-left\n');
      const name = `narrow-${what.replaceAll(' ', '-')}`;
      const flags = ['--allow-empty', '--sign-key', 'a.pem', ...more];
      const { exitCode } = await push('oci:good:1', `${name}:1`, ...flags);
      expect(exitCode).toBe(0);
      const statements = await attestationsOf(name, rootOf(layouts.good));
      const verdict = statements.find(({ predicateType }) => predicateType.includes('slsa'));
      const { content } = verdict?.predicate['policy'] as { readonly content: string };
      const rules: unknown = JSON.parse(Buffer.from(content, 'base64').toString());
      expect(rules).toMatchObject({ allowEmpty: true, ...expected });
    });

    it('counts the VEX attestations of its source, and names them in the signed verdict', async () => {
      const vex = {
        '@context': 'https://openvex.dev/ns/v0.2.0',
        '@id': 'https://acme.example/vex/1',
        author: 'Security',
        timestamp: '2025-05-01T00:00:00Z',
        version: 1,
        statements: [
          { vulnerability: 'GHSA-left', status: 'not_affected', impact_statement: 'never loaded' },
        ],
      };
      folder.write('vex.json', JSON.stringify(vex));
      for (const [path, bytes] of layouts.bad) folder.write(`stated/${path}`, bytes);
      const predicate = [
        '--type',
        'openvex',
        '--predicate',
        'vex.json',
        '--repository',
        'a.example/b',
      ];
      await folder.run('attest', 'oci:stated:1', ...predicate, '--sign-key', 'b.pem');
      const flags = ['--sign-key', 'a.pem', '--vex', 'oci', '--verify-key'];
      const refused = await push('oci:stated:1', 'stated:1', ...flags, 'a.pub');
      expect([refused.exitCode, refused.stdout]).toEqual([1, '']);
      const { exitCode, stderr } = await push('oci:stated:1', 'stated:1', ...flags, 'b.pub');
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('signed by b.pub')]);
      const statements = await attestationsOf('stated', rootOf(layouts.bad));
      const verdict = statements.find(({ predicateType }) => predicateType.includes('slsa'));
      expect(JSON.stringify(verdict?.predicate['rules'])).toContain('signed by b.pub');
      const { content } = verdict?.predicate['policy'] as { readonly content: string };
      const rules: unknown = JSON.parse(Buffer.from(content, 'base64').toString());
      expect(rules).toMatchObject({ vexCount: 2 });
    });

    it('attaches the bill of materials to each image of an index, and the verdict to all', async () => {
      await push('oci:many:1', 'many-attested:1', '--sign-key', 'a.pem');
      const types = async (digest: string): Promise<readonly string[]> =>
        (await attestationsOf('many-attested', digest)).map(({ predicateType }) => predicateType);
      expect(await types(rootOf(layouts.many))).toHaveLength(1);
      const index = await (await get('many-attested/manifests/1')).json();
      const { manifests } = index as { manifests: readonly { digest: string }[] };
      for (const { digest } of manifests) expect(await types(digest)).toHaveLength(2);
    });

    it('uploads only what is missing, and mounts what another repository has', async () => {
      await push('oci:good:1', 'first:1');
      const again = await push('oci:good:1', 'first:2');
      expect(again.stderr).toContain('0 blobs uploaded (0 B), 0 mounted, 3 already there');
      const moved = await push(`${registry.host}/first:1`, 'other:1', '--image-src', 'remote');
      expect([moved.exitCode, moved.stderr]).toEqual([
        0,
        expect.stringContaining('0 blobs uploaded (0 B), 3 mounted, 0 already there'),
      ]);
    });

    it('prints one line beside the digest with --quiet', async () => {
      const passed = await push('oci:good:1', 'quiet:1', '--quiet');
      expect([passed.exitCode, passed.stdout.split('\n').length]).toEqual([0, 2]);
      expect(passed.stderr.trim().split('\n')).toEqual([expect.stringContaining('PASS')]);
    });

    it('judges where an image comes from and where it goes by the trust file, each once', async () => {
      await push('oci:good:1', 'source:1');
      folder.write('t.yaml', 'version: 1\nregistries:\n  allowed: [quay.io/**]\n');
      const from = [`${registry.host}/source:1`, 'goes:1', '--image-src', 'remote'] as const;
      const { exitCode, stderr } = await push(...from, '--trust', 't.yaml');
      expect(exitCode).toBe(7);
      expect(stderr.match(/is not one of those that are allowed/gu)).toHaveLength(2);
    });

    it('refuses a flag that is not there by its name', async () => {
      const { exitCode, stdout, stderr } = await push('oci:good:1', 'none:1', '--without-gate');
      expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining('without-gate')]);
    });

    it.each([
      ['as SRC', ['-', 'REF']],
      ['an image in it as SRC', ['-:app:1', 'REF']],
      ['behind --input', ['REF', '--input', '-']],
    ])('refuses a token beside an image from standard input: %s', async (_, args) => {
      const named = args.map((arg) => (arg === 'REF' ? `${registry.host}/none:1` : arg));
      const { exitCode, stdout, stderr } = await folder.assay(
        'push',
        ...named,
        ...['--identity-token', '-'],
      );
      const reason = 'standard input cannot be the identity token and the image';
      expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(reason)]);
    });

    it('moves a tag, unless it is kept', async () => {
      await push('oci:good:1', 'moved:1');
      const kept = await push('oci:many:1', 'moved:1', '--tag-only-if-absent');
      expect([kept.exitCode, kept.stdout, kept.stderr]).toEqual([
        3,
        '',
        expect.stringContaining(rootOf(layouts.good)),
      ]);
      const same = await push('oci:good:1', 'moved:1', '--tag-only-if-absent');
      expect(same.exitCode).toBe(0);
      const moved = await push('oci:many:1', 'moved:1');
      expect(moved.stdout).toContain(rootOf(layouts.many));
    });

    it('refuses a source that changes after the scan', async () => {
      const files = ociFiles([{ image: GOOD, tag: '1' }]);
      for (const [file, bytes] of files) folder.write(`changing/${file}`, bytes);
      const [layer] = GOOD.layers;
      const blob = folder.path(`changing/blobs/sha256/${layer?.digest.slice(7) ?? ''}`);
      using front = await startFront(registry.host);
      front.answers.push((request) => {
        // The scan is over when the first blob is asked for.
        if (request.method === 'HEAD')
          writeFileSync(blob, leftImage('1.0.0').layers[1]?.blob ?? '');
        return false;
      });
      const { exitCode, stdout, stderr } = await folder.assay(
        'push',
        'oci:changing:1',
        `${front.host}/changed:1`,
      );
      expect([exitCode, stdout]).toEqual([3, '']);
      expect(stderr).toContain('The tag "1" was not written');
      expect((await get('changed/manifests/1')).status).toBe(404);
    });

    it.each<[string, Answer, ...(readonly string[])]>([
      ['no right to push', answering('POST', /uploads\/$/u, 403)],
      ['a full registry', answering('PATCH', /uploads\//u, 507)],
      ['a manifest that is refused', answering('PUT', /manifests\/sha256:/u, 400)],
      ['a signature that is refused', answering('PUT', /\.sig$/u, 403), '--sign-key', 'a.pem'],
      ['an attestation that is refused', answering('PUT', /\.att$/u, 403), '--sign-key', 'a.pem'],
      ['a tag that is refused', answering('PUT', /manifests\/1$/u, 403)],
    ])('leaves no tag after %s', async (what, answer, ...more) => {
      const name = what.replaceAll(' ', '-');
      using front = await startFront(registry.host);
      front.answers.push(answer);
      const target = `${front.host}/${name}:1`;
      const { exitCode, stdout, stderr } = await folder.assay(
        'push',
        'oci:good:1',
        target,
        ...more,
      );
      expect([exitCode, stdout]).toEqual([3, '']);
      expect(stderr).toContain('The tag "1" was not written. The registry has ');
      expect((await get(`${name}/manifests/1`)).status).toBe(404);
      expect((await push('oci:good:1', `${name}:1`)).exitCode).toBe(0);
    });
  },
);

function answering(method: string, place: RegExp, status: number): Answer {
  return (request, response, url) => {
    if (request.method !== method || !place.test(url.pathname)) return false;
    request.resume();
    const isFull = status === 507;
    refuse(response, status, 'DENIED', isFull ? 'no space left on device' : 'refused by a test');
    return true;
  };
}
