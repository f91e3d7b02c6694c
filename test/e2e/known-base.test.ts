/**
 * The base of an image in a real registry: who names it, which layers decide, and what `--only`
 * leaves out.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createMemoryReader } from '../../src/advisories/store/memory-reader.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { writeTar, type TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import type { ImageFacts } from '../../src/core/model/artifact/artifact.ts';
import { applyDisplayFilter } from '../../src/core/model/report/display-filter.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { baseRules } from '../../src/app/cli/shell/options/base-rules.ts';
import { parseFailOn } from '../../src/scan/policy/fail-on.ts';
import type { PolicyOptions } from '../../src/scan/policy/options.ts';
import type { BaseQuestion } from '../../src/scan/pipeline/bases/base-question.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import { readTrustFile } from '../../src/trust/trust-file/read-trust-file.ts';
import { affects, anAdvisory, below } from '../support/model.ts';
import { pushFiles } from '../support/registry-push.ts';
import {
  layoutFolder,
  missingForRegistry,
  startRegistry,
  type RunningRegistry,
} from '../support/registry.ts';
import { rendered } from '../support/rendered.ts';
import { withProvenance } from '../support/provenance.ts';
import { dockerArchive, makeImage, ociFiles, tarOf } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';

const CONTEXT = quietContext({ fetch: globalThis.fetch });
const ENV = { HOME: '/nonexistent', PATH: process.env['PATH'] };

const npm = (folder: string, name: string, version: string): TarMember => ({
  path: `${folder}/node_modules/${name}/package.json`,
  body: JSON.stringify({ name, version }),
});
const SYSTEM = [{ path: 'etc/os-release', body: 'ID=alpine\nVERSION_ID=3.20.1\n' }];
const TOOLS = [npm('usr/lib', 'minimist', '1.2.0')];
const APP = [npm('srv/app', 'lodash', '4.17.20')];
const MORE = [{ path: 'srv/app/data', body: 'data' }];

/** The base of the tests, what it was built on, and what it became. */
const ROOT = [SYSTEM];
const BASE = [SYSTEM, TOOLS];
const REBUILT = [SYSTEM, [npm('usr/lib', 'minimist', '1.2.8')]];

type Scene = Parameters<typeof makeImage>[1] & {
  readonly layers?: readonly (readonly TarMember[])[];
};

let folder = '';
let server: RunningRegistry;
let baseDigest = '';
let count = 0;

function push(name: string, tag: string, image: ReturnType<typeof makeImage>): Promise<void> {
  return pushFiles(`${server.host}/${name}`, [tag], ociFiles([{ image, tag }]));
}

const labels = (name: string, digest?: string): Scene => ({
  config: {
    config: {
      Labels: {
        'org.opencontainers.image.base.name': name,
        ...(digest !== undefined && { 'org.opencontainers.image.base.digest': digest }),
      },
    },
  },
});

async function scanned(
  reference: string,
  bases: BaseQuestion | undefined,
  policy: Partial<PolicyOptions> = {},
): Promise<Report> {
  const coverage = {
    feed: 'test',
    recordCount: 1,
    dataAt: '2026-01-01T00:00:00Z',
    fetchedAt: '2026-01-01T00:00:00Z',
  };
  const advisories = ['lodash', 'minimist'].map((name) =>
    anAdvisory(`GHSA-${name}`, {
      affected: [affects(name, [below(name === 'lodash' ? '4.17.21' : '1.2.6')])],
      ratings: [{ severity: 'high', by: 'test' }],
    }),
  );
  const reader = createMemoryReader(advisories, () => [coverage]);
  return scan(
    {
      targets: [{ reference, kind: 'image', imageSources: ['remote'], env: ENV }],
      policy,
      ...(bases !== undefined && { bases }),
      advisories: { open: () => Promise.resolve(reader) },
    },
    CONTEXT,
  );
}

const found = (report: Report): readonly string[] =>
  report.results
    .flatMap(({ findings }) => findings)
    .map((finding) => (finding.kind === 'vulnerability' ? finding.advisoryId : finding.kind))
    .sort();

/** A gate on the origin warns of a base that only the image names, and of no other. */
function expectWarnings({ verdict }: Report, image: ImageFacts | undefined): void {
  const named = (image?.baseBy ?? []).filter(({ comparison }) => comparison === 'equal');
  const isSelfNamed = named.length > 0 && named.every(({ by }) => by === 'label');
  expect(verdict.warnings ?? []).toEqual(
    isSelfNamed ? [expect.stringContaining(named[0]?.name ?? '')] : [],
  );
}

describe.skipIf(missingForRegistry)(`known bases in a registry${needs(missingForRegistry)}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-base-'));
    server = await startRegistry();
    await push('lang/tool', '1', makeImage(BASE));
    await push('lang/tool', 'rebuilt', makeImage(REBUILT));
    await push('other/name', '1', makeImage(BASE));
    await push('os/root', '1', makeImage(ROOT));
    await push('team/app', 'yesterday', makeImage([...BASE, APP]));
    const manifest = await fetch(`http://${server.host}/v2/lang/tool/manifests/1`, {
      headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
    });
    baseDigest = manifest.headers.get('docker-content-digest') ?? '';
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const known = (...names: readonly string[]): BaseQuestion => ({
    known: names.map((name) => ({
      reference: `${server.host}/${name}`,
      kind: 'image' as const,
      imageSources: ['remote'],
      env: ENV,
    })),
  });
  const full = (name: string): string => `${server.host}/${name}`;

  interface Expected {
    readonly layers?: number;
    readonly names: readonly string[];
  }
  it.each<[string, () => Scene, () => BaseQuestion, Expected]>([
    [
      'a known image',
      () => ({}),
      () => known('lang/tool:1'),
      { layers: 2, names: ['lang/tool:1 equal'] },
    ],
    [
      'a label',
      () => labels(full('lang/tool:1')),
      () => known(),
      { layers: 2, names: ['lang/tool:1 equal'] },
    ],
    [
      'a label with a digest',
      () => labels(full('lang/tool:rebuilt'), baseDigest),
      () => known(),
      { layers: 2, names: ['lang/tool:rebuilt equal'] },
    ],
    [
      'a Dockerfile',
      () => ({}),
      () => ({
        known: [],
        dockerfile: { path: 'Dockerfile', reference: full('lang/tool:1'), instructions: [] },
      }),
      { layers: 2, names: ['lang/tool:1 equal'] },
    ],
    [
      'history alone',
      () => ({
        config: {
          history: [
            { created_by: 'ADD rootfs / # buildkit' },
            { created_by: 'RUN tools # buildkit' },
            { created_by: 'CMD ["sh"]', empty_layer: true },
            { created_by: 'COPY app /srv # buildkit' },
            { created_by: 'COPY data /srv # buildkit' },
          ],
        },
      }),
      () => known(),
      { names: [] },
    ],
    ['nothing', () => ({}), () => known(), { names: [] }],
    [
      'a label that lies',
      () => labels(full('lang/tool:rebuilt')),
      () => known(),
      { names: ['lang/tool:rebuilt different'] },
    ],
    [
      'a label that lies beside a known image',
      () => labels(full('lang/tool:rebuilt')),
      () => known('lang/tool:1'),
      { layers: 2, names: ['lang/tool:1 equal', 'lang/tool:rebuilt different'] },
    ],
    [
      'a label that names what is not there',
      () => labels(full('lang/none:1')),
      () => known(),
      { names: ['lang/none:1 notCompared'] },
    ],
    [
      'a label with a path of this disk',
      () => labels('./base.tar'),
      () => known(),
      { names: ['./base.tar notCompared'] },
    ],
    [
      'a base that was built again since, and whose digest is gone',
      () => labels(full('lang/tool:rebuilt'), `sha256:${'0'.repeat(64)}`),
      () => known(),
      { names: ['lang/tool:rebuilt different'] },
    ],
    [
      'two names of one prefix, of which a label decides',
      () => labels(full('other/name:1')),
      () => known('lang/tool:1'),
      { layers: 2, names: ['other/name:1 equal', 'lang/tool:1 equal'] },
    ],
    [
      'two names of one prefix',
      () => ({}),
      () => known('lang/tool:1', 'other/name:1'),
      { layers: 2, names: ['lang/tool:1 equal', 'other/name:1 equal'] },
    ],
    [
      'a base and the base of that',
      () => labels(full('os/root:1')),
      () => known('lang/tool:1'),
      { layers: 2, names: ['lang/tool:1 equal', 'os/root:1 equal'] },
    ],
    [
      "yesterday's build, by a label",
      () => labels(full('team/app:yesterday')),
      () => known(),
      { names: ['team/app:yesterday sameRepository'] },
    ],
    [
      "yesterday's build, named by the user",
      () => ({}),
      () => known('team/app:yesterday'),
      { names: ['team/app:yesterday sameRepository'] },
    ],
    [
      'a squashed image',
      () => ({
        layers: [[...SYSTEM, ...TOOLS, ...APP, ...MORE]],
        ...labels(full('lang/tool:1')),
      }),
      () => known(),
      { names: ['lang/tool:1 different'] },
    ],
  ])('%s', async (_name, scene, bases, { layers, names }) => {
    const { layers: made = [...BASE, APP, MORE], ...options } = scene();
    const tag = `t${(count += 1)}`;
    await push('team/app', tag, makeImage(made, options));
    const reference = full(`team/app:${tag}`);
    const report = await scanned(reference, bases());
    const image = report.results[0]?.artifact.image;
    expect(image?.baseLayerCount).toBe(layers);
    expect(
      (image?.baseBy ?? []).map(
        ({ name, comparison }) => `${name.replace(`${server.host}/`, '')} ${comparison}`,
      ),
    ).toEqual(names);
    const isKnown = layers !== undefined;
    for (const only of ['app', 'base'] as const) {
      const own = only === 'app' ? 'GHSA-lodash' : 'GHSA-minimist';
      const failOn = only === 'app' ? parseFailOn('high+origin=app') : [];
      const gated = await scanned(reference, bases(), { only, failOn, exitCode: 1 });
      const decided = gated.verdict.causes.flatMap(({ findingIds }) => findingIds);
      expect(decided).toHaveLength(isKnown ? 1 : 2);
      expectWarnings(gated, image);
      expect(found(applyDisplayFilter(gated))).toEqual(
        isKnown ? [own] : ['GHSA-lodash', 'GHSA-minimist'],
      );
    }
    const shown = await rendered(report, 'table');
    if (names.length > 0)
      expect(shown).toMatch(isKnown ? /^Base: .* layers of 4/mu : /^Base: not known; /mu);
    else expect(shown).not.toContain('Base:');
    if (isKnown) expect(shown).toMatch(/\(layer 3, app\)/u);
  });

  it.each<[string, () => Scene, string, Expected & { readonly isWarned?: boolean }]>([
    [
      'listed, without a label',
      () => ({}),
      'allowed: [HOST/lang/tool:1]',
      { layers: 2, names: ['lang/tool:1 equal trust'] },
    ],
    [
      'accepted by a pattern, and named by a label',
      () => labels(full('lang/tool:1')),
      'allowed: [HOST/lang/**]',
      { layers: 2, names: ['lang/tool:1 equal label', 'lang/tool:1 equal trust'] },
    ],
    [
      'only a tag beside a digest that a label claims',
      () => labels(full('lang/tool:1'), baseDigest),
      'allowed: [HOST/lang/tool:1*]',
      { layers: 2, names: ['lang/tool:1 equal label'], isWarned: true },
    ],
    [
      'outside of the list',
      () => labels(full('lang/tool:1')),
      'allowed: [HOST/os/**]',
      { names: ['lang/tool:1 notCompared label'] },
    ],
    [
      'denied',
      () => labels(full('lang/tool:1')),
      'denied: [HOST/lang/tool]',
      { names: ['lang/tool:1 notCompared label'] },
    ],
    [
      'not denied',
      () => labels(full('lang/tool:1')),
      'denied: [HOST/os/**]',
      { layers: 2, names: ['lang/tool:1 equal label'], isWarned: true },
    ],
    [
      'listed and not there',
      () => ({}),
      'allowed: [HOST/lang/none:1]',
      { names: ['lang/none:1 notCompared trust'] },
    ],
    [
      'an earlier build of the app',
      () => ({}),
      'allowed: [HOST/team/app:yesterday]',
      { names: ['team/app:yesterday sameRepository trust'] },
    ],
  ])('a base that is %s in the trust file', async (_name, scene, section, expected) => {
    const tag = `t${(count += 1)}`;
    await push('team/app', tag, makeImage([...BASE, APP, MORE], scene()));
    const text = `version: 1\nbase-images:\n  ${section.replaceAll('HOST', server.host)}\n`;
    const { baseImages = { denied: [] } } = readTrustFile('trust.yaml', Buffer.from(text));
    const bases = { ...known(), rules: baseRules(baseImages) };
    const gate = { failOn: parseFailOn('high+origin=app') };
    const report = await scanned(full(`team/app:${tag}`), bases, gate);
    const image = report.results[0]?.artifact.image;
    expect(image?.baseLayerCount).toBe(expected.layers);
    const statements = (image?.baseBy ?? []).map(
      ({ name, comparison, by }) => `${name.replace(`${server.host}/`, '')} ${comparison} ${by}`,
    );
    expect(statements).toEqual(expected.names);
    expect(report.verdict.warnings ?? []).toHaveLength(expected.isWarned === true ? 1 : 0);
  });

  it.each<[string, string, number | undefined]>([
    ['names the base among its materials', 'lang/tool', 2],
    ['names another image', 'os/none', undefined],
  ])('provenance %s', async (_name, repository, layers) => {
    const host = server.host.replace(':', '%3A');
    const files = withProvenance(makeImage([...BASE, APP, MORE]), [
      { uri: 'https://example.org/acme/app.git' },
      { uri: `pkg:docker/${host}/${repository}@1?platform=linux%2Famd64` },
    ]);
    const name = `team/proven-${layers ?? 0}:1`;
    await pushFiles(full(name), ['1'], files);
    const report = await scanned(full(name), known());
    const image = report.results[0]?.artifact.image;
    expect(image?.baseLayerCount).toBe(layers);
    expect(image?.baseBy?.map(({ by }) => by)).toEqual(['provenance']);
  });

  it.each<[string, (files: Map<string, Buffer>) => string]>([
    ['a layout', (files) => layoutFolder(path.join(folder, 'proven'), files)],
    [
      'an archive',
      (files) => {
        const file = path.join(folder, 'proven.tar');
        writeFileSync(file, tarOf(files));
        return file;
      },
    ],
  ])('provenance in %s names the base', async (_name, written) => {
    const uri = `pkg:docker/${server.host.replace(':', '%3A')}/lang/tool@1`;
    const files = withProvenance(makeImage([...BASE, APP, MORE]), [{ uri }]);
    const report = await scanned(written(files), known());
    const image = report.results[0]?.artifact.image;
    expect(image).toMatchObject({ baseLayerCount: 2, baseBy: [{ by: 'provenance' }] });
  });

  it('reads two statements of provenance, however many there are', async () => {
    const host = server.host.replace(':', '%3A');
    const materials = [{ uri: `pkg:docker/${host}/lang/tool@1` }];
    const files = withProvenance(makeImage([...BASE, APP]), materials, 12);
    await pushFiles(full('team/many'), ['1'], files);
    const blobs = (): number =>
      server.requests().filter((line) => line.startsWith('GET /v2/team/many/blobs/')).length;
    await scanned(full('team/many:1'), undefined);
    const plain = blobs();
    await scanned(full('team/many:1'), known());
    expect(blobs() - 2 * plain).toBe(2);
  });

  it('asks for no layer of a base, and for nothing where nothing depends on it', async () => {
    await push('team/app', 'counted', makeImage([...BASE, APP], labels(full('other/name:1'))));
    const before = server.requests().length;
    await scanned(full('team/app:counted'), undefined);
    expect(
      server
        .requests()
        .slice(before)
        .filter((line) => line.includes('other/name')),
    ).toEqual([]);
    await scanned(full('team/app:counted'), known());
    const asked = server.requests().filter((line) => line.includes('other/name'));
    expect(asked.filter((line) => line.startsWith('GET')).length).toBeGreaterThan(0);
    // A manifest and a configuration.
    expect(asked.slice(-2).every((line) => / 200$/u.test(line))).toBe(true);
  });

  it('ends with an error where a known image is not there', async () => {
    await push('team/app', 'plain', makeImage([...BASE, APP]));
    await expect(scanned(full('team/app:plain'), known('lang/none:1'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('takes an archive for a known image, and an image without a tag of its own', async () => {
    const file = path.join(folder, 'base.tar');
    writeFileSync(file, writeTar(dockerArchive([{ image: makeImage(BASE), tags: [] }])));
    await push('team/app', 'archive', makeImage([...BASE, APP]));
    const question = { known: [{ reference: file, kind: 'image' as const, isPath: true }] };
    const report = await scanned(full('team/app:archive'), question);
    expect(report.results[0]?.artifact.image?.baseLayerCount).toBe(2);
  });
});
