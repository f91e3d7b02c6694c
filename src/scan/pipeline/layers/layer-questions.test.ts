/**
 * The kinds of questions together, on one image that needs each of them, and faults planted into
 * their list.
 */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { makeImage, ociFiles, tarOf } from '../../../../test/support/stored-images.ts';
import { quietContext } from '../../../core/base/context.ts';
import type { TarMember } from '../../../formats/archive/tar/tar-writer.ts';
import type { LayerQuestion } from '../../../core/model/layer/layer-walk.ts';
import { openSource } from '../../source/open-source.ts';
import type { MergedView } from '../../rootfs/merge-layers.ts';
import { LayerReader } from './layer-reader.ts';
import { layerQuestions, mergeForQuestions } from './layer-questions.ts';
import { LayerWalker } from './layer-walker.ts';
import { settleQuestions, type QuestionKind } from './question-loop.ts';
import { fullTarget } from '../request.ts';
import { InventoryBuilder } from '../verified-inventory.ts';

const SITE = 'usr/lib/python3/site-packages';
const CODE = 'print(1)\n';
const digest = createHash('sha512').update(CODE).digest('base64url');
const manifest = (name: string): string => JSON.stringify({ name, version: '1.0.0' });

const LOWEST: readonly TarMember[] = [
  // The release file is a link to a file of no known name, which the second layer rewrites through
  // another link.
  { path: 'etc/os-release', type: 'symlink', target: '../real/text.1' },
  { path: 'real/', type: 'directory' },
  { path: 'real/text.1', body: 'ID=debian\nVERSION_ID="12"\n' },
  { path: 's', type: 'symlink', target: 'real' },
  // The second layer puts a file in the place of this directory.
  { path: 'old/node_modules/replaced/package.json', body: manifest('replaced') },
  // The second layer removes the record of this package alone.
  { path: 'app/node_modules/alone/package.json', body: manifest('alone') },
  { path: 'app/node_modules/alone/index.js', body: 'code' },
  // A digest of an algorithm that the first walk does not take, of a file that was changed.
  { path: `${SITE}/p-1.0.dist-info/METADATA`, body: 'Name: p\nVersion: 1.0\n\n' },
  { path: `${SITE}/p-1.0.dist-info/INSTALLER`, body: 'pip\n' },
  {
    path: `${SITE}/p-1.0.dist-info/RECORD`,
    body: `p.py,sha512=${digest},${String(CODE.length)}\np-1.0.dist-info/RECORD,,\n`,
  },
  { path: `${SITE}/p.py`, body: CODE.replace('1', '2') },
];
const ABOVE: readonly TarMember[] = [
  { path: 's/text.1', body: 'ID=debian\nVERSION_ID="13"\n' },
  { path: 'old', body: 'a file' },
  { path: 'app/node_modules/alone/.wh.package.json', body: '' },
];

const directory = mkdtempSync(join(tmpdir(), 'assay-questions-'));
const reference = join(directory, 'image.tar');
writeFileSync(reference, tarOf(ociFiles([{ image: makeImage([LOWEST, ABOVE]), tag: '1' }])));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

type Kinds = readonly QuestionKind<MergedView>[];

interface Outcome {
  /** Each walk: its layer, and what it looked for. */
  readonly walks: readonly string[];
  readonly release: string | undefined;
  readonly packages: readonly string[];
  /** Kind and path of each contradiction. */
  readonly contradictions: readonly string[];
}

/**
 * Reads the image in the first way of unpacking, with a list of kinds that `plant` may have
 * changed.
 */
async function outcome(plant: (kinds: Kinds) => Kinds = (kinds) => kinds): Promise<Outcome> {
  const context = quietContext();
  const [opened] = await openSource(fullTarget({ reference, kind: 'image' }), context);
  if (opened === undefined) throw new Error('no image');
  const walker = new LayerWalker(
    opened,
    { digests: 'full', mayTrust: false, readsEvidence: true },
    context,
  );
  const reader = new LayerReader(walker, { matchesManifests: true });
  const inventories = new InventoryBuilder({
    artifact: opened.artifact,
    verify: 'full',
    includeRemoved: false,
  });
  const walks: string[] = [];
  const settled = await settleQuestions(await reader.readAll(), {
    kinds: plant(layerQuestions({ walker, missingDigests: inventories.missingDigests })),
    answer(layer, questions) {
      walks.push([String(layer), ...questions.map(textOf)].join(' '));
      return reader.answer(layer, questions);
    },
    merge: (records) => mergeForQuestions(records, walker.sharedSelectors, 'onto'),
  });
  const { inventory } = await inventories.build(settled, settled.rootfs.erased);
  await opened[Symbol.asyncDispose]();
  const contradictions = [
    ...(inventory.contradictions ?? []),
    ...inventory.packages.flatMap(({ evidence }) => evidence.contradictions),
  ];
  return {
    walks,
    release: inventory.distro?.versionId,
    packages: inventory.packages.map(({ name }) => name),
    contradictions: contradictions.map(({ kind, location }) => `${kind} ${location.path}`),
  };
}

function textOf(question: LayerQuestion): string {
  switch (question.kind) {
    case 'paths':
      return question.paths.join(' ');
    case 'symlink':
      return `${question.link.path} -> ${question.link.target}`;
    case 'digests':
      return `${question.algorithms.join(' ')} of ${question.path}`;
  }
}

const RIGHT: Outcome = {
  walks: [
    '1 /old',
    '0 /real/text.1 /s/text.1',
    '1 /real/text.1 /s/text.1',
    '1 /etc/os-release -> /s/text.1',
    '0 /etc/os-release -> /real/text.1',
    '0 /old/node_modules/replaced/ /app/node_modules/alone/',
    `0 sha512 of /${SITE}/p.py`,
  ],
  release: '13',
  packages: ['p'],
  contradictions: ['hidden /app/node_modules/alone/package.json', `content /${SITE}/p.py`],
};

const IDS = [
  'shadowed-paths',
  'symlink-writes',
  'symlink-targets',
  'record-only-changes',
  'missing-digests',
];

describe('the questions to layers', () => {
  it('are asked in their order and once each, and show what the image holds', async () => {
    expect(await outcome()).toEqual(RIGHT);
  });

  it.each(IDS)('are noticed to be incomplete without %s', async (id) => {
    const { walks, ...result } = await outcome((kinds) => kinds.filter((kind) => kind.id !== id));
    const { walks: rightWalks, ...right } = RIGHT;
    expect(result).not.toEqual(right);
    expect(walks.length).toBeLessThan(rightWalks.length);
  });

  it.each(IDS)('are noticed to be repeated where %s is asked twice', async (id) => {
    const { walks } = await outcome((kinds) =>
      kinds.flatMap((kind) => (kind.id === id ? askedTwice(kind) : [kind])),
    );
    expect(walks).not.toEqual(RIGHT.walks);
  });

  it.each(IDS.slice(1))('are noticed to be out of order where %s is asked first', async (id) => {
    const { walks } = await outcome((kinds) => [
      ...kinds.filter((kind) => kind.id === id),
      ...kinds.filter((kind) => kind.id !== id),
    ]);
    expect(walks).not.toEqual(RIGHT.walks);
  });
});

/** A kind, and one that asks the same questions again although they are answered. */
function askedTwice(kind: QuestionKind<MergedView>): Kinds {
  let asked: readonly LayerQuestion[] = [];
  return [
    {
      ...kind,
      async load() {
        const rules = await kind.load();
        return {
          ...rules,
          async ask(...state) {
            asked = [...asked, ...(await rules.ask(...state))];
            return asked;
          },
        };
      },
    },
    {
      ...kind,
      id: `${kind.id} again`,
      applies: () => asked.length > 0,
      load: async () => ({ ...(await kind.load()), ask: () => asked }),
    },
  ];
}
