/**
 * `assay base` with one name or a Dockerfile: siblings in a real registry, recommendations, and the
 * change of the FROM line.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import type { BaseComparison } from '../../src/core/model/report/base-comparison.ts';
import { CommandFolder, type Outcome } from '../support/command-folder.ts';
import { base62, crc32 } from '../support/secret-corpus/checksums.ts';
import { randomOf } from '../support/secret-corpus/random-text.ts';
import { pushFiles } from '../support/registry-push.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { makeImage, ociFiles, tarOf, type MadeImage } from '../support/stored-images.ts';
import { missingTool, needs } from '../support/tools.ts';

const SCHEMA = new URL('../../schema/assay-base-1.schema.json', import.meta.url);
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
);

const npm = (name: string, version: string): TarMember => ({
  path: `usr/lib/node_modules/${name}/package.json`,
  body: JSON.stringify({ name, version }),
});
const SHELL = { path: 'bin/sh', mode: 0o755, body: 'sh' };
const system = (text: string): TarMember => ({ path: 'etc/os-release', body: text });
const BOOKWORM = system('ID=debian\nVERSION_ID="12"\n');
const ALPINE = system('ID=alpine\nVERSION_ID=3.21.2\n');
const BUSTER = system('ID=debian\nVERSION_ID="10"\n');
const BAD = [npm('lodash', '4.17.20'), npm('minimist', '1.2.5'), npm('axios', '0.21.1')];

const image = (...members: readonly TarMember[]): MadeImage => makeImage([members]);

let folder: CommandFolder;
let server: RunningRegistry;
let host = '';

const push = (tag: string | readonly string[], made: MadeImage): Promise<void> =>
  pushFiles(
    `${host}/node`,
    typeof tag === 'string' ? [tag] : tag,
    ociFiles([{ image: made, tag: 'x' }]),
  );

const COMMON = ['--pkg-types', 'library'];
const base = (...args: readonly string[]): Promise<Outcome> =>
  folder.assay('base', ...args, ...COMMON);

async function json(...args: readonly string[]): Promise<BaseComparison> {
  const outcome = await base(...args, '-f', 'json');
  expect([outcome.exitCode, outcome.stderr]).toEqual([0, expect.not.stringContaining('rror')]);
  const data = JSON.parse(outcome.stdout) as BaseComparison;
  expect([validate(data), validate.errors]).toEqual([true, null]);
  return data;
}

const namesOf = ({ images }: BaseComparison): readonly string[] =>
  images.map(({ name }) => name.replace(`${host}/node:`, ''));
const kindsOf = ({ recommendations = [] }: BaseComparison): readonly string[] =>
  recommendations.map(({ kind, name }) => `${kind} ${name.replace(`${host}/node:`, '')}`);
const leftOf = ({ notRecommended = [] }: BaseComparison): readonly string[] =>
  notRecommended.map(({ reason, name }) => `${reason} ${name.replace(`${host}/node:`, '')}`);

const missing = missingForRegistry ?? missingTool('git');

describe.skipIf(missing !== undefined)(`assay base and a registry${needs(missing)}`, () => {
  beforeAll(async () => {
    server = await startRegistry();
    ({ host } = server);
    folder = new CommandFolder();
    folder.env['ASSAY_IMAGE_SRC'] = 'remote';
    await folder.load(
      { id: 'GHSA-aaaa-aaaa-aaaa', name: 'lodash', fixed: '4.17.21' },
      { id: 'GHSA-bbbb-bbbb-bbbb', name: 'minimist', fixed: '1.2.6', severity: 'MEDIUM' },
      { id: 'GHSA-cccc-cccc-cccc', name: 'axios', fixed: '0.21.2', severity: 'CRITICAL' },
    );
    folder.env['ASSAY_OFFLINE'] = 'false';
    folder.env['ASSAY_SKIP_DB_UPDATE'] = 'true';
    const large = { path: 'usr/share/doc/large', body: 'x'.repeat(50_000) };
    await push(['22', '22-bookworm'], image(BOOKWORM, SHELL, large, ...BAD));
    await push(['22-slim', '22-bookworm-slim'], image(BOOKWORM, SHELL, ...BAD.slice(0, 2)));
    await push('22-alpine', image(ALPINE, SHELL, ...BAD.slice(1, 2)));
    await push('22-buster', image(BUSTER, SHELL, npm('left', '1.0.0')));
    await push('22-distroless', image(BOOKWORM, npm('left', '1.0.0')));
    await push(
      ['22-rc', '22-20240612', '22-slim-arm64', '20-slim', 'latest', 'pr-1'],
      image(BOOKWORM),
    );
  }, 60_000);
  afterAll(async () => {
    folder[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  });

  it('compares one name with its siblings, and recommends', async () => {
    const data = await json(`${host}/node:22`);
    expect(namesOf(data)).toEqual(['22', '22-alpine', '22-buster', '22-distroless', '22-slim']);
    expect(data.notes[0]).toContain('22 (= 22-bookworm), 22-alpine');
    expect(data.notes[1]).toMatch(/^Not taken: 8 tags: .*1 a pre-release/u);
    expect(kindsOf(data)).toEqual([
      'slimmer 22-slim',
      'distroless 22-distroless',
      'other-distribution 22-alpine',
    ]);
    expect(leftOf(data)).toEqual(['end-of-life 22-buster']);
    const [slim] = data.recommendations ?? [];
    expect(slim?.difference).toMatchObject({ total: -1, packageCount: -1 });
    expect(slim?.pinned).toMatch(
      /\/node@sha256:[0-9a-f]{64}$|\/node:22-slim@sha256:[0-9a-f]{64}$/u,
    );
  });

  it('prints them', async () => {
    const { stdout } = await base(`${host}/node:22`, '--limit', '3');
    expect(stdout).toContain('Recommended\n');
    expect(stdout).toMatch(
      /22-alpine: other distribution\n +1 finding \(-2, critical -1, high -1\)/u,
    );
    expect(stdout).toMatch(/beyond the\s+limit \(--limit\)/u);
    const markdown = await base(`${host}/node:22`, '--limit', '2', '-f', 'markdown');
    expect(markdown.stdout).toContain('\nRecommended:\n');
  });

  it('takes the images that are named, and nothing from the registry beside them', async () => {
    const before = server.requests().length;
    const data = await json(`${host}/node:22`, `${host}/node:22-slim`);
    expect(namesOf(data)).toEqual(['22', '22-slim']);
    expect(
      server
        .requests()
        .slice(before)
        .filter((line) => line.includes('tags/list')),
    ).toEqual([]);
  });

  it('changes the FROM line of a Dockerfile, and nothing in a changed one', async () => {
    const text = `# syntax=docker/dockerfile:1\r\nFROM ${host}/node:22 AS run\r\nCOPY . /app\r\n`;
    folder.write('Dockerfile', text);
    const { exitCode, stdout } = await base('./Dockerfile', '--diff');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^--- a\/Dockerfile\n\+\+\+ b\/Dockerfile\n@@ -1,3 \+1,3 @@\n #.*\r\n-FROM \S+\/node:22 AS run\r\n\+FROM \S+\/node:22-slim@sha256:[0-9a-f]{64} AS run\r\n COPY . \/app\r\n$/u,
    );
    folder.write('change.diff', stdout);
    execFileSync('git', ['apply', 'change.diff'], { cwd: folder.cwd });
    const changed = folder.read('Dockerfile');
    expect(changed).toContain('/node:22-slim@sha256:');
    expect(changed.split('\r\n')).toHaveLength(4);
    const again = await base('./Dockerfile', `${host}/node:22-slim`, '--diff');
    expect([again.exitCode, again.stdout]).toEqual([0, '']);
    expect(again.stderr).toContain('nothing is recommended in place of');
  });

  it.each<[string, () => readonly string[]]>([
    ['a report', () => ['better.json']],
    ['a layout', () => ['./better']],
    ['an archive behind a transport', () => ['oci-archive:better.oci.tar']],
    ['a report twice', () => ['better.json', 'better.json']],
  ])('writes no FROM line for %s', async (_name, operands) => {
    const files = ociFiles([{ image: image(BOOKWORM, SHELL, npm('left', '1.0.0')), tag: 'v1' }]);
    folder.write('better.oci.tar', tarOf(files));
    for (const [name, content] of files) folder.write(`better/${name}`, content);
    await folder.run('image', '--input', 'better.oci.tar', ...COMMON, '-o', 'json=better.json');
    const body = randomOf(33).fill('{an:30}');
    const token = `ghp_${body}${base62(crc32(Buffer.from(body)), 6)}`;
    folder.write('named/Dockerfile', `FROM ${host}/node:22\nENV TOKEN=${token}\n`);
    const outcome = await base('named/Dockerfile', ...operands(), '--diff');
    expect([outcome.exitCode, outcome.stdout]).toEqual([2, '']);
    expect(outcome.stderr).toContain('has no name and digest for a FROM line');
    const beside = await base('named/Dockerfile', ...operands(), `${host}/node:22-slim`, '--diff');
    expect(beside.stdout).toMatch(/^\+FROM \S+\/node:22-slim@sha256:[0-9a-f]{64}$/mu);
    expect(beside.stdout).toContain(' ENV TOKEN=ghp_***\n');
    expect(beside.stdout).not.toContain(body);
  });

  it.each<[string, string, readonly string[], string]>([
    ['the platform of the FROM line', '--platform=linux/arm64 ', [], 'arm64'],
    [
      'that of the flag, where both name one',
      '--platform=linux/arm64 ',
      ['--platform', 'linux/amd64'],
      'amd64',
    ],
    ['that of this machine, where the build decides', '--platform=$BUILDPLATFORM ', [], 'amd64'],
  ])('compares images for %s', async (_name, flag, args, architecture) => {
    const platforms = ['amd64', 'arm64'].map((one) => ({
      image: makeImage([[BOOKWORM, npm('left', one === 'arm64' ? '1.0.0' : '2.0.0')]], {
        platform: { os: 'linux', architecture: one },
      }),
      isPlatformListed: true,
    }));
    await pushFiles(`${host}/many`, ['1', '1-slim'], ociFiles([{ tag: 'x', platforms }]));
    folder.write('many/Dockerfile', `FROM ${flag}${host}/many:1\n`);
    const data = await json('many/Dockerfile', `${host}/many:1-slim`, ...args);
    expect(data.images.map((one) => one.kind === 'image' && one.platform?.architecture)).toEqual([
      architecture,
      architecture,
    ]);
  });

  it('writes the name of an image that was named twice', async () => {
    folder.write('named/Dockerfile', `FROM ${host}/node:22\n`);
    const slim = `${host}/node:22-slim`;
    const outcome = await base('named/Dockerfile', slim, slim, '--diff');
    expect(outcome.stdout).toMatch(/^\+FROM \S+\/node:22-slim@sha256:[0-9a-f]{64}$/mu);
  });

  it('finds that a tag was built again since its digest was written', async () => {
    await push(['23', '23-bookworm'], image(BOOKWORM, SHELL, ...BAD));
    const first = await json(`${host}/node:23`, `${host}/node:23`);
    const digest = (first.images[0]?.kind === 'image' ? first.images[0].pinned : '')?.split('@')[1];
    folder.write('moved/Dockerfile', `ARG BASE="${host}/node:23@${digest ?? ''}"\nFROM \${BASE}\n`);
    const before = await json('./moved/Dockerfile');
    expect(kindsOf(before)).toEqual([]);
    expect(leftOf(before)).toEqual(['same-image 23']);
    await push('23', image(BOOKWORM, SHELL, ...BAD.slice(0, 1)));
    const after = await json('./moved/Dockerfile');
    expect(kindsOf(after)).toEqual(['rebuilt 23']);
    expect(after.recommendations?.[0]?.difference).toMatchObject({ total: -2 });
    const { stdout } = await base('--dockerfile', 'moved/Dockerfile', '--diff');
    expect(stdout).toMatch(/^\+ARG BASE="\S+\/node:23@sha256:[0-9a-f]{64}"$/mu);
    expect(stdout).not.toMatch(new RegExp(`^\\+.*${digest ?? 'x'}`, 'mu'));
  });

  it('takes newer versions into account for a Dockerfile', async () => {
    await push('24.1.0', image(BOOKWORM, SHELL, ...BAD));
    await push('24.1.7', image(BOOKWORM, SHELL, ...BAD.slice(0, 2)));
    await push('24.3.1', image(BOOKWORM, SHELL, ...BAD.slice(0, 1)));
    folder.write('newer/Containerfile', `FROM ${host}/node:24.1.0\n`);
    const data = await json('newer/Containerfile');
    expect(kindsOf(data)).toEqual(['patch 24.1.7', 'minor 24.3.1']);
  });

  it.each<[string, readonly string[], number, RegExp]>([
    ['a limit of none', ['python:3', '--limit', '0'], 2, /--limit.*"0"/u],
    [
      'a diff without a Dockerfile',
      ['python:3', 'python:3-slim', '--diff'],
      2,
      /--diff needs a Dockerfile/u,
    ],
    [
      'a stage without a Dockerfile',
      ['python:3', '--target', 'x'],
      2,
      /--target needs a Dockerfile/u,
    ],
    ['two Dockerfiles', ['./Dockerfile', '--dockerfile', 'x'], 2, /is a second Dockerfile/u],
    [
      'a Dockerfile that is not there',
      ['--dockerfile', 'none/Dockerfile'],
      3,
      /no Dockerfile "none\/Dockerfile"/u,
    ],
    ['no image', [], 2, /no image given/u],
  ])('refuses %s', async (_name, args, exitCode, message) => {
    const outcome = await base(...args);
    expect([outcome.exitCode, outcome.stderr]).toEqual([exitCode, expect.stringMatching(message)]);
  });

  it('says that a digest has no siblings, and compares it alone', async () => {
    const { exitCode, stderr } = await base(`${host}/node:nothing`);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('node:nothing')]);
    folder.write('digest/Dockerfile', `FROM ${host}/node@sha256:${'0'.repeat(64)}\n`);
    const outcome = await base('digest/Dockerfile');
    expect([outcome.exitCode, outcome.stdout]).toEqual([
      3,
      expect.stringMatching(/has a\s+digest and no tag, so it has no\s+siblings/u),
    ]);
  });

  it.each<[string, string, boolean]>([
    ['a label that is right', 'node:22-slim', true],
    ['a label that lies', 'node:22-alpine', false],
    ['a label that names what is not there', 'node:none', false],
    ['a label of an earlier build', 'app:before', false],
    ['a label with a path', './node.tar', false],
  ])('names the base of an app without siblings, by %s', async (_name, label, isNamed) => {
    const name = label.startsWith('.') ? label : `${host}/${label}`;
    const labels = { 'org.opencontainers.image.base.name': name };
    const slim = [BOOKWORM, SHELL, ...BAD.slice(0, 2)];
    const app = makeImage([slim, [npm('own', '1.0.0')]], {
      config: { config: { Labels: labels } },
    });
    const before = makeImage([slim]);
    await pushFiles(`${host}/app`, ['before'], ociFiles([{ image: before, tag: 'x' }]));
    await pushFiles(`${host}/app`, ['1'], ociFiles([{ image: app, tag: 'x' }]));
    const data = await json(`${host}/app:1`);
    expect(data.images).toHaveLength(1);
    const sentence = `"${host}/app:1" is built on "${name}" (named by a label). assay base ${name} compares that image with its siblings.`;
    expect(data.notes.filter((note) => note.includes('is built on'))).toEqual(
      isNamed ? [sentence] : [],
    );
  });

  describe('with a trust file', () => {
    const trust = (section: string): string =>
      folder.write('t.yaml', `version: 1\nbase-images:\n  ${section.replaceAll('HOST', host)}\n`);

    beforeAll(async () => {
      await pushFiles(
        `${host}/vetted/base`,
        ['1', '2'],
        ociFiles([{ image: image(BOOKWORM, npm('left', '1.0.0')), tag: 'x' }]),
      );
    });

    it.each<[string, () => readonly string[]]>([
      ['one name', () => [`${host}/node:22`]],
      ['a Dockerfile', () => [folder.write('trusted/Dockerfile', `FROM ${host}/node:22\n`)]],
    ])('compares and recommends the images that it lists: %s', async (_name, operands) => {
      trust('allowed: [HOST/node, HOST/vetted/base:1, "HOST/vetted/*", HOST/node:22]');
      const data = await json(...operands(), '--trust', 't.yaml', '--limit', '4');
      const names = namesOf(data);
      expect([names.length, names[0]]).toEqual([4, '22']);
      const all = await json(...operands(), '--trust', 't.yaml', '--limit', '20');
      expect(namesOf(all).at(-1)).toBe(`${host}/vetted/base:1`);
      expect(namesOf(all).filter((name) => name === '22')).toHaveLength(1);
      expect(kindsOf(all)).toContain(`distroless ${host}/vetted/base:1`);
      expect(all.notes).toContain(`Taken from the trust file: ${host}/vetted/base:1.`);
    });

    it('does not recommend what it does not accept', async () => {
      trust('denied: ["HOST/node:22-slim"]');
      const data = await json(`${host}/node:22`, '--trust', 't.yaml');
      expect(kindsOf(data)).not.toContain('slimmer 22-slim');
      expect(leftOf(data)).toContain('not-accepted 22-slim');
    });

    it('adds nothing to images that are named', async () => {
      trust('allowed: [HOST/node, HOST/vetted/base:1]');
      const data = await json(`${host}/node:22`, `${host}/node:22-slim`, '--trust', 't.yaml');
      expect(namesOf(data)).toEqual(['22', '22-slim']);
    });

    it('sends a typed login to no other registry', async () => {
      trust('allowed: [HOST/node, other.example/base:1, HOST/vetted/base:1]');
      const login = ['--username', 'one', '--password', 'two'];
      const data = await json(`${host}/node:22`, '--trust', 't.yaml', '--limit', '20', ...login);
      expect(namesOf(data)).toContain(`${host}/vetted/base:1`);
      expect(namesOf(data)).not.toContain('other.example/base:1');
    });
  });
});
