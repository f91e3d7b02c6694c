/**
 * Archives and daemons that change between the scan and the copy: what is pushed is what was
 * scanned, or nothing is.
 */

import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  digestOf,
  dockerArchive,
  makeImage,
  ociFiles,
  type LayerForm,
  type MadeImage,
} from '../../../test/support/stored-images.ts';
import { quietContext, type Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { writeTar, type TarMember } from '../../formats/archive/tar/tar-writer.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import { LayoutRepository } from '../../clients/oci/layout-repository.ts';
import type { ScanRequest } from '../../scan/pipeline/request.ts';
import { pushImage } from './push.ts';

/** Two layers; images of another letter have the same sizes. */
function image(letter: string, form: LayerForm): MadeImage {
  return makeImage(
    [
      [{ path: 'base', body: `base of ${letter}` }],
      [{ path: 'app', body: letter.repeat(300_000) }],
    ],
    { forms: [form], config: { author: letter } },
  );
}
const GOOD = { plain: image('g', 'plain'), gzip: image('g', 'gzip') };
const OTHER = { plain: image('o', 'plain'), gzip: image('o', 'gzip') };
const DIFF_IDS = GOOD.plain.layers.map(({ diffId }) => diffId);

function ociMembers(of: MadeImage): readonly TarMember[] {
  return [...ociFiles([{ image: of, tag: '1' }])].map(([name, body]) => ({ path: name, body }));
}

function hybridMembers(of: MadeImage): readonly TarMember[] {
  const saved = dockerArchive([{ image: of, tags: ['app:1'] }], 'blobs');
  const names = new Set(saved.map((member) => member.path));
  return [...saved, ...ociMembers(of).filter((member) => !names.has(member.path))];
}

const savedMembers = (of: MadeImage): readonly TarMember[] =>
  dockerArchive([{ image: of, tags: ['app:1'] }]);

/**
 * What docker, skopeo and podman write, and whether it is unpacked into a file of its own before it
 * is read.
 */
const FORMS: readonly {
  readonly name: string;
  readonly good: MadeImage;
  readonly other: MadeImage;
  readonly members: (of: MadeImage) => readonly TarMember[];
  readonly isPacked?: true;
}[] = [
  { name: 'docker archive', good: GOOD.plain, other: OTHER.plain, members: savedMembers },
  { name: 'docker archive with gzip', good: GOOD.gzip, other: OTHER.gzip, members: savedMembers },
  {
    name: 'packed docker archive',
    good: GOOD.plain,
    other: OTHER.plain,
    members: savedMembers,
    isPacked: true,
  },
  { name: 'archive of docker 25', good: GOOD.plain, other: OTHER.plain, members: hybridMembers },
  { name: 'OCI archive', good: GOOD.gzip, other: OTHER.gzip, members: ociMembers },
];
type Form = (typeof FORMS)[number];

function archiveOf({ members, isPacked }: Form, of: MadeImage): Buffer {
  const tar = Buffer.from(writeTar(members(of)));
  return isPacked === true ? gzipSync(tar) : tar;
}

let folder = '';
const closing: (() => Promise<void>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-changing-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  rmSync(folder, { recursive: true, force: true });
});

interface Pushed {
  /** The digest that the tag leads to, or the code of the error. */
  readonly outcome: string;
  readonly diffIds?: readonly string[];
}

/** Pushes into a layout, and calls `change` after the scan and before the copy. */
async function push(
  target: ScanRequest['targets'][number],
  change: () => void,
  context: Context = quietContext(),
): Promise<Pushed> {
  const layout = path.join(folder, 'layout');
  rmSync(layout, { recursive: true, force: true });
  const repository = new LayoutRepository(layout);
  let changes = 0;
  try {
    const { report, pushed } = await pushImage(
      {
        scan: {
          targets: [target],
          policy: { failOnTamper: true },
          allowEmpty: true,
          layersAtOnce: 1,
        },
        place: {
          kind: 'layout',
          repository,
          tag: '1',
          shown: 'layout:1',
          begin: () => repository.begin(),
        },
        isTagKept: false,
        judgeStored: () => {
          changes += 1;
          change();
          return Promise.resolve({ problems: [], held: [] });
        },
        documents: () => Promise.resolve([]),
      },
      context,
    );
    expect(report.verdict.status).toBe('pass');
    if (pushed === undefined) throw new Error('a pass that pushed nothing');
    expect(changes).toBe(1);
    return { outcome: pushed.digest, diffIds: diffIdsIn(layout, pushed.digest) };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    const index = path.join(layout, 'index.json');
    // Blobs may be there; nothing leads to them.
    if (existsSync(index))
      expect(JSON.parse(readFileSync(index, 'utf8'))).toHaveProperty('manifests', []);
    return { outcome: error.code };
  }
}

/**
 * The digests of the unpacked layers that a manifest in a layout leads to; every blob has its
 * digest.
 */
function diffIdsIn(layout: string, root: Digest): readonly string[] {
  const blob = (digest: string): Buffer => {
    const bytes = readFileSync(path.join(layout, 'blobs/sha256', digest.slice(7)));
    expect(digestOf(bytes)).toBe(digest);
    return bytes;
  };
  const { config, layers } = JSON.parse(blob(root).toString()) as {
    readonly config: { readonly digest: string };
    readonly layers: readonly { readonly digest: string }[];
  };
  const { rootfs } = JSON.parse(blob(config.digest).toString()) as {
    readonly rootfs: { readonly diff_ids: readonly string[] };
  };
  const found = layers.map(({ digest }) => {
    const bytes = blob(digest);
    return digestOf(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes);
  });
  expect(rootfs.diff_ids).toEqual(found);
  return found;
}

/** Writes other bytes at their place in a file that stays the same. */
function overwrite(file: string, find: Uint8Array, bytes: Uint8Array): void {
  const at = readFileSync(file).indexOf(find);
  expect(at).toBeGreaterThan(0);
  expect(bytes).toHaveLength(find.length);
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

const lastLayer = ({ layers }: MadeImage): Buffer => layers.at(-1)?.blob ?? Buffer.alloc(0);

/** Ways in which a file changes. */
const CHANGES: Readonly<Record<string, (file: string, form: Form) => void>> = {
  'is the same': () => undefined,
  'gets another layer': (file, form) => {
    if (form.isPacked === true) writeFileSync(file, archiveOf(form, form.other));
    else overwrite(file, lastLayer(form.good), lastLayer(form.other));
  },
  'gets another configuration': (file, form) => {
    if (form.isPacked === true) writeFileSync(file, archiveOf(form, form.other));
    else overwrite(file, form.good.config, form.other.config);
  },
  'is cut off': (file) => truncateSync(file, 1024),
  'is written again': (file, form) => writeFileSync(file, archiveOf(form, form.other)),
  'is another file': (file, form) => {
    writeFileSync(`${file}.new`, archiveOf(form, form.other));
    renameSync(`${file}.new`, file);
  },
  'is removed': (file) => rmSync(file),
};

describe.each(FORMS.map((form) => [form.name, form] as const))(
  'a push of an %s that changes after the scan',
  (name, form) => {
    // An open file stays the one that was opened, and so does what was unpacked from it.
    const HARMLESS = new Set(['is the same', 'is another file', 'is removed']);
    // The configuration of an archive without manifest was read before the scan, and is sent as it
    // was read.
    const inMemory = name === 'docker archive' || name === 'docker archive with gzip';
    const pushes = (what: string): boolean =>
      form.isPacked === true ||
      HARMLESS.has(what) ||
      (what === 'gets another configuration' && inMemory);

    let unchanged: Pushed | undefined;
    it.each(Object.keys(CHANGES))('sends what was scanned, or nothing: it %s', async (what) => {
      const file = path.join(folder, 'app.tar');
      writeFileSync(file, archiveOf(form, form.good));
      const target = { reference: file, kind: 'image' as const };
      const result = await push(target, () => CHANGES[what]?.(file, form));
      // The first row changes nothing.
      unchanged ??= result;
      expect(unchanged.diffIds).toEqual(DIFF_IDS);
      if (pushes(what)) expect(result).toEqual(unchanged);
      else expect(result.outcome).toMatch(/^(?:CONTENT_MISMATCH|DAMAGED)$/u);
    });

    // A packed archive is unpacked before the scan, so a later change does not reach it.
    if (form.isPacked !== true) {
      it('refuses it if a layer changes during the scan', async () => {
        const file = path.join(folder, 'app.tar');
        writeFileSync(file, archiveOf(form, form.good));
        let isChanged = false;
        const context = quietContext({
          progress: (event) => {
            if (isChanged || event.kind !== 'bytes' || !event.what.startsWith('layer')) return;
            isChanged = true;
            // The layer that is not being read; layers are read one at a time.
            const index = event.what.startsWith('layer 1') ? 1 : 0;
            const [from, to] = [form.good, form.other].map(({ layers }) => layers[index]?.blob);
            overwrite(file, from ?? Buffer.alloc(0), to ?? Buffer.alloc(0));
          },
        });
        const target = { reference: file, kind: 'image' as const };
        const { outcome } = await push(target, () => undefined, context);
        expect([isChanged, outcome]).toEqual([true, 'CONTENT_MISMATCH']);
      });
    }
  },
);

describe('a push from a daemon', () => {
  interface Daemon {
    /** What it answers, which a test changes. */
    served: MadeImage;
    exports: number;
    readonly host: string;
  }

  async function startDaemon(form: Form): Promise<Daemon> {
    const socket = path.join(folder, 's');
    const daemon: Daemon = { served: form.good, exports: 0, host: `unix://${socket}` };
    const server = createServer(({ url = '' }, response) => {
      response.setHeader('Api-Version', '1.45');
      if (url === '/_ping') response.end('OK');
      else if (url.endsWith('/json')) {
        const { configDigest: Id } = daemon.served;
        response.end(JSON.stringify({ Id, RepoTags: ['app:1'], RepoDigests: [] }));
      } else {
        daemon.exports += 1;
        response.end(archiveOf(form, daemon.served));
      }
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    closing.push(
      () =>
        new Promise((resolve) => {
          server.closeAllConnections();
          server.close(() => resolve());
        }),
    );
    return daemon;
  }

  it.each(FORMS.map((form, index) => ({ kind: index % 2 === 0 ? 'podman' : 'docker', form })))(
    'of $kind that exports an $form.name sends what was scanned: the name moves, or the daemon is gone',
    async ({ kind, form }) => {
      const daemon = await startDaemon(form);
      const env = { DOCKER_HOST: daemon.host, CONTAINER_HOST: daemon.host };
      const target = { reference: 'app:1', kind: 'image' as const, imageSources: [kind], env };
      const expected = await push(target, () => undefined);
      expect([expected.diffIds, daemon.exports]).toEqual([DIFF_IDS, 1]);
      const moved = await push(target, () => (daemon.served = form.other));
      // It is asked once: there is no second answer that could be another one.
      expect([moved, daemon.exports]).toEqual([expected, 2]);
      daemon.served = form.good;
      const gone = await push(target, () => void closing[0]?.());
      expect(gone).toEqual(expected);
    },
  );
});
