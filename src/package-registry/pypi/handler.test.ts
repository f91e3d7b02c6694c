/**
 * Python projects through the registry, in front of a stub index: forms of pages, hidden files, and
 * bytes that change.
 */

import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';

import { affects, anAdvisory } from '../../../test/support/model.ts';
import type { UplinkFile } from '../../../test/support/pypi-uplink.ts';
import { startRegistryScene, type RegistryScene } from '../../../test/support/registry-scene.ts';
import { wheelBytes, wheelMetadata } from '../../../test/support/wheels.ts';
import type { PackagePolicy } from '../../scan/policy/package-policy.ts';

let scene: RegistryScene;
afterEach(() => scene[Symbol.asyncDispose]());

const OLD = '2026-01-01T00:00:00Z';
const DAY = 86_400_000;
const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const JSON_PAGE = { accept: JSON_TYPE };
const MALWARE = anAdvisory('MAL-2026-1', {
  affected: [affects('left', [], { ecosystem: 'pypi', versions: ['1.2'] })],
});

function wheel(version: string, more: Partial<UplinkFile> = {}, name = 'left'): UplinkFile {
  const made = { name, version };
  return {
    name: `${name}-${version}-py3-none-any.whl`,
    bytes: wheelBytes(made),
    metadata: wheelMetadata(made),
    time: OLD,
    ...more,
  };
}

async function start(
  policy?: PackagePolicy,
  more?: Parameters<typeof startRegistryScene>[1],
): Promise<RegistryScene> {
  scene = await startRegistryScene(policy, more);
  scene.index.projects.set('left', [wheel('1.0.0'), wheel('1.1.0'), wheel('1.2.0')]);
  return scene;
}

interface Page {
  readonly meta: object;
  readonly versions?: readonly string[];
  readonly files: readonly (Readonly<Record<string, unknown>> & { readonly filename: string })[];
}

async function page(name = 'left'): Promise<Page> {
  const { status, body } = await scene.get(`/pypi/simple/${name}/`, JSON_PAGE);
  expect(status).toBe(200);
  return JSON.parse(body.toString()) as Page;
}

async function listed(): Promise<readonly (readonly [string, unknown])[]> {
  return (await page()).files.map(({ filename, yanked }) => [filename, yanked]);
}

const BASE = 'http://registry.test:4873/pypi/files/left/';
const HIDDEN = 'hidden by the policy of this registry: ';

describe('a page', () => {
  it('has the same files in JSON and HTML, from an index of either form', async () => {
    await start();
    const bytes = wheelBytes({ name: 'left', version: '2.0' });
    const sum = createHash('sha256').update(bytes).digest('hex');
    const metadata = createHash('sha256').update('M').digest('hex');
    scene.index.projects.set('left', [
      { ...wheel('2.0'), metadata: 'M', requiresPython: '>=3.8,<4', yanked: 'a "bug"' },
      { name: 'left-3.0.tar.gz', bytes: Buffer.from('x'), time: OLD },
    ]);
    const { meta, versions, files } = await page('Left');
    expect(meta).toEqual({ 'api-version': '1.1' });
    expect(versions).toEqual(['2.0', '3.0']);
    expect(files[0]).toEqual({
      filename: 'left-2.0-py3-none-any.whl',
      url: `${BASE}left-2.0-py3-none-any.whl`,
      hashes: { sha256: sum },
      'requires-python': '>=3.8,<4',
      size: bytes.length,
      'upload-time': '2026-01-01T00:00:00.000Z',
      yanked: 'a "bug"',
      'core-metadata': { sha256: metadata },
    });
    const html = await scene.get('/pypi/simple/left/');
    expect(html.headers['content-type']).toBe('text/html');
    expect(html.body.toString()).toContain(
      `<a href="${BASE}left-2.0-py3-none-any.whl#sha256=${sum}" data-requires-python="&gt;=3.8,&lt;4" data-yanked="a &quot;bug&quot;" data-core-metadata="sha256=${metadata}" data-dist-info-metadata="sha256=${metadata}">left-2.0-py3-none-any.whl</a>`,
    );
    scene.index.form = 'html';
    scene.index.projects.set('left', [
      { ...wheel('2.0'), metadata: 'M', requiresPython: '>=3.8,<4', yanked: 'a bug' },
    ]);
    scene.now += 3_600_000;
    expect((await page()).files).toEqual([
      {
        filename: 'left-2.0-py3-none-any.whl',
        url: `${BASE}left-2.0-py3-none-any.whl`,
        hashes: { sha256: sum },
        'requires-python': '>=3.8,<4',
        yanked: 'a bug',
        'core-metadata': { sha256: metadata },
      },
    ]);
  });

  it.each([
    [undefined, 'text/html'],
    ['*/*', 'text/html'],
    [
      'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01',
      JSON_TYPE,
    ],
    ['application/vnd.pypi.simple.latest+json', JSON_TYPE],
    ['text/html;q=0.5, application/vnd.pypi.simple.v1+json;q=0.2', 'text/html'],
    ['application/vnd.pypi.simple.v1+html', 'application/vnd.pypi.simple.v1+html'],
    ['application/vnd.pypi.simple.v1+json;q=0', 'text/html'],
    ['image/png', 'text/html'],
  ])('is sent for Accept %s as %s', async (accept, type) => {
    await start();
    const answer = await scene.get('/pypi/simple/left/', accept === undefined ? {} : { accept });
    expect(answer.headers['content-type']).toBe(type);
  });

  it('has an ETag of its own in each form, which changes when an advisory arrives', async () => {
    const { get } = await start();
    const json = (await get('/pypi/simple/left/', JSON_PAGE)).headers['etag'] ?? '';
    const html = (await get('/pypi/simple/left/')).headers['etag'] ?? '';
    expect(json).not.toBe(html);
    const again = { ...JSON_PAGE, 'if-none-match': json };
    expect((await get('/pypi/simple/left/', again)).status).toBe(304);
    scene.advisories = [MALWARE];
    scene.now += 1000;
    expect((await get('/pypi/simple/left/', again)).status).toBe(200);
  });

  it('leaves out what is no file of the project, and hides what cannot be checked', async () => {
    await start();
    scene.index.projects.set('left', [
      wheel('1.0'),
      { name: 'left-pad-1.0.tar.gz', bytes: Buffer.from('x') },
      { name: 'left-1.0.exe', bytes: Buffer.from('x') },
      { name: 'left-banana.tar.gz', bytes: Buffer.from('x') },
      wheel('1.1', { sha256: '' }),
      wheel('1.2', { url: '/files/left-1.0-py3-none-any.whl' }),
    ]);
    expect(await listed()).toEqual([
      ['left-1.0-py3-none-any.whl', undefined],
      ['left-1.1-py3-none-any.whl', `${HIDDEN}its index names no SHA-256 and no SHA-512 of it`],
      [
        'left-1.2-py3-none-any.whl',
        `${HIDDEN}its index lists it under another name than its address has`,
      ],
    ]);
    expect((await scene.get('/pypi/files/left/left-1.2-py3-none-any.whl')).status).toBe(403);
  });

  it('of a quarantined project has hidden files alone', async () => {
    await start();
    scene.index.extra.set('left', { 'project-status': { status: 'quarantined' } });
    expect((await listed()).map(([, yanked]) => yanked)).toEqual(
      Array(3).fill(`${HIDDEN}its index has quarantined the project`),
    );
  });

  it('is refused for a private name, whose index is not asked', async () => {
    const pypi = { uplinks: [], privateNames: ['acme-*'] };
    const { get, index } = await start(undefined, { pypi });
    const answer = await get('/pypi/simple/ACME_secret/');
    expect([answer.status, answer.reason]).toEqual([
      404,
      'acme-secret is not here: its name is private, so that no index is asked',
    ]);
    expect(index.requests).toEqual([]);
  });
});

describe('a hidden file', () => {
  it('is yanked with the reason, without metadata, and refused', async () => {
    const { get } = await start();
    scene.advisories = [MALWARE];
    scene.now += 1000;
    expect(await listed()).toEqual([
      ['left-1.0.0-py3-none-any.whl', undefined],
      ['left-1.1.0-py3-none-any.whl', undefined],
      ['left-1.2.0-py3-none-any.whl', `${HIDDEN}it is known to be malicious (MAL-2026-1)`],
    ]);
    expect((await page()).files[2]).not.toHaveProperty('core-metadata');
    expect(await get('/pypi/files/left/left-1.2.0-py3-none-any.whl')).toMatchObject({
      status: 403,
      reason: 'left 1.2.0 is refused: it is known to be malicious (MAL-2026-1)',
    });
  });

  it.each([
    'left/left-1.2.0-py3-none-any.whl',
    'left/left-1.2.0-py3-none-any.whl?x=1',
    'left/left-1.2.0-py3-none-any.whl.metadata',
    'LEFT/left-1.2.0-py3-none-any.whl',
    'left/left%2D1.2.0-py3-none-any.whl',
    'left/Left-1.2.0-py3-none-any.whl',
    'left/left-1.2-py3-none-any.whl',
    'left/left-1.2.0-py3-none-any.WHL',
    'left/left-1.2.0-1-py3-none-any.whl',
    'left/./left-1.2.0-py3-none-any.whl',
    'left//left-1.2.0-py3-none-any.whl',
    'left/..%2Fleft%2Fleft-1.2.0-py3-none-any.whl',
    'other/../left/left-1.2.0-py3-none-any.whl',
    'other/left-1.2.0-py3-none-any.whl',
    'left/left-1.2.0-py3-none-any.whl%00',
    'left/left-1.2.0-py3-none-any.whl#x',
    'left/left-1.2.0-py3-none-any.whl.metadata.metadata',
    'left/left-1.2.0.tar.gz',
    'left/left-1.2.0-py3-none-any.whl.provenance',
    'left/left-1.2.0-py3-none-any.whl.metadata.provenance',
    'left/left-%31.2.0-py3-none-any.whl',
    'left/left-1.2.0-py3-none-any%2ewhl',
    'left/left-1.2.0-py3-none-any.whl/',
    'left/left-1.2.0-py3-none-any.whl?x=1',
    'l%65ft/left-1.2.0-py3-none-any.whl',
    'le--ft/left-1.2.0-py3-none-any.whl',
  ])('is not at /pypi/files/%s', async (target) => {
    const { get } = await start();
    const whole = await get('/pypi/files/left/left-1.2.0-py3-none-any.whl');
    expect(whole.status).toBe(200);
    scene.advisories = [MALWARE];
    scene.now += 5000;
    for (const method of ['GET', 'HEAD']) {
      for (const headers of [{}, { range: 'bytes=0-10' }, { 'if-none-match': '*' }]) {
        const { status, body } = await get(`/pypi/files/${target}`, headers, method);
        expect([403, 404]).toContain(status);
        expect(body.includes('PK')).toBe(false);
        expect(body.includes('Metadata-Version')).toBe(false);
      }
    }
    const etag = whole.headers['etag'] ?? '';
    const old = await get('/pypi/files/left/left-1.2.0-py3-none-any.whl', {
      'if-none-match': etag,
    });
    expect(old.status).toBe(403);
  });

  it('is one that was added to an old version yesterday', async () => {
    await start({
      rules: [{ kind: 'min-age', action: 'hide', minAgeMs: 3 * DAY }],
      allow: [],
      block: [],
    });
    const time = new Date(scene.now - DAY).toISOString();
    const undated = { name: 'left-1.3.0-py3-none-any.whl', bytes: Buffer.from('x') };
    scene.index.projects.set('left', [
      wheel('1.0.0'),
      { ...wheel('1.0.0'), name: 'left-1.0.0-cp313-cp313-linux_x86_64.whl', time },
      undated,
    ]);
    expect(await listed()).toEqual([
      ['left-1.0.0-py3-none-any.whl', undefined],
      [
        'left-1.0.0-cp313-cp313-linux_x86_64.whl',
        `${HIDDEN}it is 24 hours old, and 3 days are required`,
      ],
      [
        'left-1.3.0-py3-none-any.whl',
        `${HIDDEN}it has no date of publication, and 3 days are required`,
      ],
    ]);
  });

  it('is a source distribution by the rule on scripts, or one that a list names by PEP 440', async () => {
    await start({
      rules: [{ kind: 'install-scripts', action: 'hide' }],
      allow: [],
      block: [
        { package: 'left', versions: '==1.1', ecosystem: 'pypi', reason: 'no', owner: 'sec' },
        { package: 'left', reason: 'of npm', owner: 'sec' },
      ],
    });
    scene.index.projects.set('left', [
      wheel('1.1.0'),
      wheel('1.2.0'),
      { name: 'left-1.2.0.tar.gz', bytes: Buffer.from('x'), time: OLD },
    ]);
    expect(await listed()).toEqual([
      ['left-1.1.0-py3-none-any.whl', `${HIDDEN}blocked by sec: no`],
      ['left-1.2.0-py3-none-any.whl', undefined],
      [
        'left-1.2.0.tar.gz',
        `${HIDDEN}it is a source distribution, which runs its own code when it is installed`,
      ],
    ]);
  });

  it('is served in a dry run', async () => {
    const block = [{ package: 'left', ecosystem: 'pypi', reason: 'no', owner: 'sec' } as const];
    const { get, logged } = await start({ rules: [], allow: [], block }, { isDryRun: true });
    expect((await get('/pypi/files/left/left-1.0.0-py3-none-any.whl')).status).toBe(200);
    expect(logged.at(-1)).toMatchObject({
      kind: 'pypi-file',
      file: 'left-1.0.0-py3-none-any.whl',
      decision: 'hide',
    });
  });
});

describe('files', () => {
  const FILE = '/pypi/files/left/left-1.0.0-py3-none-any.whl';

  it('and their metadata are fetched once, and served without an index after a restart', async () => {
    const { get, index } = await start();
    const wanted = wheelBytes({ name: 'left', version: '1.0.0' });
    expect((await get(FILE)).body.equals(wanted)).toBe(true);
    expect((await get(`${FILE}.metadata`)).body.toString()).toContain('Name: left');
    scene.isOffline = true;
    await scene.restart();
    expect((await get(FILE)).body.equals(wanted)).toBe(true);
    expect((await get(`${FILE}.metadata`)).status).toBe(200);
    expect((await page()).files).toHaveLength(3);
    expect((await get('/pypi/files/left/left-1.1.0-py3-none-any.whl')).status).toBe(504);
    expect(index.requests).toHaveLength(3);
  });

  it('with other bytes than their page states are refused, and are an event', async () => {
    const { get } = await start();
    const [first] = scene.index.projects.get('left') ?? [];
    if (first === undefined) throw new Error('no file');
    scene.index.projects.set('left', [{ ...first, sha256: 'a'.repeat(64) }]);
    expect((await get(FILE)).status).toBe(403);
    expect(scene.events).toMatchObject([{ kind: 'mismatch', package: 'left' }]);
  });

  it('of another package or of none are refused', async () => {
    const { get } = await start();
    const other = wheelBytes({ name: 'other', version: '1.0.0' });
    scene.index.projects.set('left', [
      wheel('1.0.0', { bytes: other }),
      wheel('1.1.0', { bytes: wheelBytes({ name: 'left', version: '1.1.1' }) }),
      wheel('1.2.0', { bytes: Buffer.from('no zip') }),
    ]);
    // It is stored for its own project.
    scene.index.projects.set('other', [
      { ...wheel('1.0.0', { bytes: other }), name: 'other-1.0.0-py3-none-any.whl' },
    ]);
    expect((await get('/pypi/files/other/other-1.0.0-py3-none-any.whl')).status).toBe(200);
    for (const [version, content] of [
      ['1.0.0', 'contains other 1.0.0 and not left 1.0.0'],
      ['1.1.0', 'contains left 1.1.1 and not left 1.1.0'],
      ['1.2.0', 'is no wheel'],
    ] as const) {
      const answer = await get(`/pypi/files/left/left-${version}-py3-none-any.whl`);
      expect([answer.status, answer.reason]).toEqual([403, expect.stringContaining(content)]);
    }
  });

  it('keep their first digests: the old file is served, or none, and it is an event', async () => {
    const { get } = await start();
    const before = (await get(FILE)).body;
    scene.index.projects.set('left', [
      wheel('1.0.0', { bytes: Buffer.concat([before, Buffer.from('x')]) }),
      wheel('1.1.0', { metadata: 'Requires-Dist: evil\n' }),
    ]);
    scene.now += 3_600_000;
    const { files } = await page();
    expect(files[0]).toMatchObject({
      hashes: { sha256: createHash('sha256').update(before).digest('hex') },
    });
    expect(files[1]).not.toHaveProperty('core-metadata');
    expect((await get(FILE)).body.equals(before)).toBe(true);
    expect(scene.events.map(({ kind, version }) => [kind, version])).toEqual([
      ['moved', 'left-1.0.0-py3-none-any.whl'],
      ['moved', 'left-1.1.0-py3-none-any.whl.metadata'],
    ]);
  });

  it('in a private network are not fetched for a public index, nor by redirects', async () => {
    const { get } = await start();
    scene.index.projects.set('left', [
      wheel('1.0.0', { url: 'http://169.254.169.254/left-1.0.0-py3-none-any.whl' }),
    ]);
    const answer = await get(FILE);
    expect([answer.status, answer.reason]).toEqual([
      502,
      expect.stringContaining('private network'),
    ]);
  });
});

it.each([
  '/pypi/simple/__proto__/',
  '/pypi/simple/..%2f..%2fetc/',
  '/pypi/simple/a%00b/',
  '/pypi/simple/%/',
  '/pypi/simple/left/left/',
  '/pypi/files/left/..%2f..%2fetc',
  '/pypi/files/__proto__/constructor',
  '/pypi/files/left',
])('%s is refused without asking the index', async (target) => {
  const { get, index } = await start();
  expect((await get(target)).status).toBe(404);
  expect(index.requests).toEqual([]);
});
