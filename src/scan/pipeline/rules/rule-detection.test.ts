/**
 * Detectors within a scan: of images that are scanned, and rows made for the test that look at
 * files and texts.
 */

import { detectorsFor } from './scanner-detectors.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { anInventory, aPackage } from '../../../../test/support/model.ts';
import { testImage } from '../../../../test/support/reports.ts';
import { dockerArchive, makeImage } from '../../../../test/support/stored-images.ts';
import { DEFAULT_LIMITS, quietContext } from '../../../core/base/context.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { openRecordStore } from '../../../core/base/record-store.ts';
import type {
  DetectedFile,
  DetectorRow,
  InventoryDetectorRow,
} from '../../../rules/detect/detector.ts';
import { writeTar } from '../../../formats/archive/tar/tar-writer.ts';
import type { Analysis } from '../../../core/model/layer/analysis.ts';
import type { ArtifactResult } from '../../../core/model/report/report.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import {
  isMatchOf,
  textLength,
  type TextFile,
  type TextPiece,
} from '../../../core/model/layer/text-piece.ts';
import type { OpenArtifact } from '../../source/source.ts';
import { analyzeArtifact } from '../analyze.ts';
import { scan, type ScanRequest } from '../index.ts';
import { detectInventory } from './detect-inventory.ts';

type Layers = Parameters<typeof makeImage>[0];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function scanned(
  layers: Layers,
  {
    config,
    tags = ['app:1.2'],
    ...request
  }: Partial<ScanRequest> & {
    readonly config?: object;
    readonly tags?: readonly string[];
  } = {},
): Promise<ArtifactResult> {
  const image = makeImage(layers, {
    forms: ['plain'],
    config: { config: { User: '65532' }, ...config },
  });
  const path = join(folder, 'image.tar');
  writeFileSync(path, writeTar(dockerArchive([{ image, tags }])));
  const { results } = await scan(
    {
      targets: [{ reference: path, kind: 'image' }],
      scanners: ['misconfig'],
      readsPackages: false,
      ...request,
    },
    quietContext(),
  );
  const [result] = results;
  if (result === undefined) throw new Error('no result');
  return result;
}

function found({ findings }: Pick<ArtifactResult, 'findings'>): readonly string[] {
  return findings.map((one) =>
    one.kind === 'rule'
      ? `${one.rule} ${one.location.path} ${one.location.layer} ${one.instruction ?? ''}`.trim()
      : one.kind,
  );
}

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\n';
const TWIN = `${PASSWD}toor:x:0:0::/:/bin/sh\n`;

describe('an image', () => {
  it('without a fault has no finding, no gap and no package', async () => {
    const result = await scanned([
      [
        { path: 'tmp', type: 'directory', mode: 0o1777 },
        { path: 'etc/passwd', body: PASSWD },
        { path: 'etc/shadow', body: 'root:*:19000:0:99999:7:::\n' },
        { path: 'app', body: 'x', mode: 0o755 },
      ],
    ]);
    expect(result.findings).toEqual([]);
    expect(result.diagnostics).toEqual([]);
    expect(result.inventory.packages).toEqual([]);
  });

  it('has findings with the layer and its instruction', async () => {
    const result = await scanned([
      [{ path: 'etc/passwd', body: PASSWD }],
      [{ path: 'srv', type: 'directory', mode: 0o777 }],
      [{ path: 'usr/bin/tool', body: 'x', mode: 0o4755 }],
    ]);
    expect(found(result)).toEqual([
      'image/world-writable-directory /srv 1 RUN command 2',
      'image/setuid-file /usr/bin/tool 2 RUN command 3',
    ]);
  });

  it('keeps a fault in a deleted file, and none that a newer file corrects', async () => {
    const deleted = await scanned([
      [{ path: 'etc/passwd', body: TWIN }],
      [{ path: 'etc/.wh.passwd' }],
    ]);
    expect(deleted.findings).toMatchObject([{ location: { layer: 0 }, whitedOutIn: 1 }]);
    const corrected = await scanned([
      [{ path: 'etc/passwd', body: TWIN }],
      [{ path: 'etc/passwd', body: PASSWD }],
    ]);
    expect(corrected.findings).toEqual([]);
  });

  it('has a gap where a file that is looked at is a symlink', async () => {
    const result = await scanned([
      [
        { path: 'etc/passwd', type: 'symlink', target: '../opt/users' },
        { path: 'opt/users', body: TWIN },
      ],
    ]);
    expect(result.findings).toEqual([]);
    expect(result.diagnostics).toMatchObject([{ stage: 'detect', gap: 'unread' }]);
  });

  it('shows what either way of unpacking shows', async () => {
    const result = await scanned([
      [
        { path: 'data', type: 'directory' },
        { path: 'app', type: 'symlink', target: 'data' },
      ],
      [{ path: 'app/tool', body: 'x', mode: 0o4755 }],
    ]);
    expect(found(result)).toEqual([
      'image/setuid-file /app/tool 1 RUN command 2',
      'image/setuid-file /data/tool 1 RUN command 2',
    ]);
  });

  it('has the same findings beside packages, with verification and without', async () => {
    const layers: Layers = [[{ path: 'usr/bin/tool', body: 'x', mode: 0o6755 }]];
    const alone = await scanned(layers);
    for (const verify of ['full', 'none'] as const) {
      const together = await scanned(layers, { readsPackages: true, verify });
      expect(together.findings).toEqual(alone.findings);
    }
    expect(alone.findings).toHaveLength(1);
  });

  it('has the same findings from the cache, which knows the configuration and the tags', async () => {
    const cache = openRecordStore(join(folder, 'cache'), quietContext());
    const layers: Layers = [
      [{ path: 'etc/passwd', body: TWIN }],
      [{ path: 'srv', type: 'directory', mode: 0o777 }],
    ];
    const cold = await scanned(layers, { cache });
    expect((await scanned(layers, { cache })).findings).toEqual(cold.findings);
    const asRoot = await scanned(layers, { cache, config: { config: { User: 'root' } } });
    expect(found(asRoot)).toContain('image/root-user image-config 1');
    const latest = await scanned(layers, { cache, tags: ['app:latest'] });
    expect(found(latest)).toContain('image/latest-tag image-config 1');
    const plain = await scanned(layers, {
      cache,
      scanners: [],
      readsPackages: true,
      allowEmpty: true,
    });
    expect(plain.findings).toEqual([]);
  });
});

describe('an image of which layers are read by their tables of contents', () => {
  it('has a gap where detectors look at files', () => {
    const artifact = testImage();
    const opened = { artifact, isLazy: (layer: number) => layer > 0 };
    expect(detectorsFor(['misconfig'], opened).gaps).toMatchObject([
      { stage: 'detect', gap: 'lazy', message: expect.stringContaining('2 layers') as unknown },
    ]);
    expect(detectorsFor(['misconfig'], { artifact }).gaps).toEqual([]);
  });
});

describe('an SBOM', () => {
  it('has a gap for a scanner that looks at nothing in it', () => {
    const sbom = { kind: 'sbom', reference: 'a.json', layers: [{}] } as const;
    const { gaps, scanners } = detectorsFor(['misconfig'], { artifact: sbom });
    expect(scanners).toEqual([]);
    expect(gaps).toMatchObject([{ stage: 'detect', gap: 'unread' }]);
    expect(gaps[0]?.message).toContain('none for SBOMs');
  });
});

/** A finding of a made detector. */
function draft(path: string, line: number): RuleDraft {
  return {
    ...{ kind: 'rule', severity: 'high', category: 'code', rule: 'test/mark', title: 'a mark' },
    ...{
      message: 'A mark.',
      cwe: [],
      aliases: [],
      remedy: 'Remove it.',
      fingerprint: '0'.repeat(32),
    },
    location: { path, layer: 0, line },
  };
}

const MARK = /MARK/g;
const FILE_ROW: DetectorRow = {
  ...{ id: 'test/file', kind: 'file', scanner: 'code', version: 1, files: { names: ['a.txt'] } },
  load: () =>
    Promise.resolve({
      rules: [],
      detect: ({ path, bytes }: DetectedFile) => {
        if (bytes.includes(0)) throw new ParseError(path, 'a zero byte');
        return [draft(path, Buffer.from(bytes).includes('LINE') ? 2 : 0)];
      },
    }),
};
const TEXT_ROW: DetectorRow = {
  ...{ id: 'test/text', kind: 'text', scanner: 'code', version: 1 },
  load: () =>
    Promise.resolve({
      rules: [],
      begin: ({ path, isBinary }: TextFile) => {
        if (isBinary || path.endsWith('.skip')) return undefined;
        return {
          piece: (piece: TextPiece) =>
            [...piece.text.matchAll(MARK)]
              .filter(({ index }) => isMatchOf(textLength(piece), index + 4))
              .map(() => draft(path, piece.startLine)),
        };
      },
    }),
};

/**
 * A directory of files that are given in parts; a file without an end is one that changed while it
 * was read.
 */
function treeOf(
  files: Iterable<
    readonly [path: string, parts: readonly (string | Uint8Array)[], isWhole?: boolean]
  >,
): OpenArtifact {
  return {
    artifact: { kind: 'directory', reference: './tree', layers: [{}] },
    walk: (_layer, visit) => {
      for (const [path, parts, isWhole = true] of files) {
        const bodies = parts.map((part) => Buffer.from(part));
        const sizeBytes = bodies.reduce((sum, body) => sum + body.length, 0);
        const sink = visit({ type: 'file', path, mode: 0o644, sizeBytes });
        for (const body of bodies) sink?.write(body);
        if (isWhole) sink?.end();
      }
      return Promise.resolve();
    },
    diagnostics: () => [],
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function analyzed(
  opened: OpenArtifact,
  detectors: readonly DetectorRow[],
  limits: Partial<typeof DEFAULT_LIMITS> = {},
): Promise<Analysis> {
  return analyzeArtifact(
    opened,
    { skipDirs: [], skipFiles: ['/skipped/**'] },
    { verify: 'none', mayTrust: false, readsPackages: false, detectors },
    quietContext({ limits: { ...DEFAULT_LIMITS, ...limits } }),
  );
}

describe('detectors of files and texts', () => {
  it('look at what they select, and at every text', async () => {
    const { rules, diagnostics } = await analyzed(
      treeOf([
        ['/a.txt', ['MARK']],
        ['/b.bin', ['\0MARK']],
        ['/c.skip', ['MARK']],
        ['/d', ['x', 'MA', 'RK MARK']],
        ['/skipped/e', ['MARK']],
        ['/empty', []],
      ]),
      [FILE_ROW, TEXT_ROW],
    );
    expect(rules.map(({ location: { path, line } }) => `${path} ${String(line)}`)).toEqual([
      ...['/a.txt 0', '/a.txt 1', '/d 1', '/d 1'],
    ]);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(4);
    expect(diagnostics).toEqual([]);
  });

  it.each([
    ['/b.py', 'MARK # assay:ignore test/mark ours\n', TEXT_ROW, [['assay', 1, 'ours']]],
    ['/b.py', '"MARK # nosec"\n', TEXT_ROW, []],
    ['/a.txt', '# nosec\nLINE', FILE_ROW, [['nosec', 1, undefined]]],
  ] as const)('hand over the comments beside a finding in %s: %j', async (path, text, row, all) => {
    const { rules } = await analyzed(treeOf([[path, [text]]]), [row]);
    const comments = rules.flatMap((rule) => rule.comments ?? []);
    expect(comments.map(({ syntax, line, reason }) => [syntax, line, reason])).toEqual(all);
  });

  it('have a gap for a file that is not of its format', async () => {
    const { rules, diagnostics } = await analyzed(treeOf([['/a.txt', ['\0']]]), [FILE_ROW]);
    expect(rules).toEqual([]);
    expect(diagnostics).toMatchObject([
      { stage: 'detect', gap: 'unreadable', location: { path: '/a.txt', layer: 0 } },
    ]);
  });

  it('have a gap for a text that changed while it was read', async () => {
    const { rules, diagnostics } = await analyzed(
      treeOf([
        ['/changed', ['MARK '.repeat(20_000)], false],
        ['/unread', ['abc'], false],
        ['/program', ['\x7fELF\0'.repeat(9000)], false],
        ['/whole', ['MARK']],
      ]),
      [TEXT_ROW],
    );
    expect(diagnostics.map(({ gap, location }) => `${gap ?? ''} ${location?.path ?? ''}`)).toEqual([
      ...['unreadable /changed', 'unreadable /unread'],
    ]);
    expect(rules.map(({ location }) => location.path)).toContain('/whole');
  });

  it('find what lies at the end of one line of 500 MB, without holding the line', async () => {
    const part = Buffer.alloc(1024 * 1024, 'x');
    const parts = [...Array.from({ length: 500 }, () => part), 'MARK'];
    const before = process.memoryUsage().arrayBuffers;
    const { rules, diagnostics } = await analyzed(lightTree(parts), [TEXT_ROW]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 1024 * 1024);
    expect(rules).toHaveLength(1);
    expect(diagnostics).toEqual([]);
  });

  it('stop at the limit of findings, which is a gap', async () => {
    const marks = 'MARK\n'.repeat(10_000);
    const { rules, diagnostics } = await analyzed(
      treeOf(Array.from({ length: 10 }, (_, index) => [`/${index}`, [marks]] as const)),
      [TEXT_ROW],
      { maxFindings: 5000 },
    );
    expect(rules).toHaveLength(5000);
    expect(diagnostics).toMatchObject([{ gap: 'limit' }]);
    expect(diagnostics[0]?.message).toContain('95000 rule findings left out');
  });

  it('look at many small files without holding them', async () => {
    function* small(): Generator<readonly [string, readonly string[]]> {
      for (let at = 0; at < 20_000; at += 1) yield [`/d${at % 100}/f${at}`, ['MARKET']];
    }
    const { rules, diagnostics } = await analyzed(treeOf(small()), [TEXT_ROW], { maxFindings: 10 });
    expect(rules).toHaveLength(10);
    expect(diagnostics).toMatchObject([{ gap: 'limit' }]);
  });
});

/** One file whose parts are shared, so that the test itself holds none of it. */
function lightTree(parts: readonly (string | Uint8Array)[]): OpenArtifact {
  return {
    ...treeOf([]),
    walk: (_layer, visit) => {
      const sink = visit({
        type: 'file',
        path: '/line',
        mode: 0o644,
        sizeBytes: 500 * 1024 * 1024,
      });
      for (const part of parts) sink?.write(typeof part === 'string' ? Buffer.from(part) : part);
      sink?.end();
      return Promise.resolve();
    },
  };
}

it('detectors of packages see the inventory and the trust file', async () => {
  const row: InventoryDetectorRow = {
    ...{ id: 'test/packages', kind: 'inventory', scanner: 'origin', version: 1 },
    load: () =>
      Promise.resolve({
        rules: [],
        detect: ({ packages }, trust) =>
          trust === undefined ? packages.map(({ name }) => draft(name, 1)) : [],
      }),
  };
  const inventory = anInventory([aPackage('a', '1'), aPackage('b', '1')]);
  const found = await detectInventory([row], inventory, undefined);
  expect(found.map(({ location }) => location.path)).toEqual(['a', 'b']);
  expect(new Set(found.map(({ id }) => id)).size).toBe(2);
});
