import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { withProvenance } from '../../../../test/support/provenance.ts';
import { layoutFolder } from '../../../../test/support/registry.ts';
import { makeImage, ociFiles, tarOf } from '../../../../test/support/stored-images.ts';
import { quietContext } from '../../../core/base/context.ts';
import { openSource } from '../../source/open-source.ts';
import { fullTarget } from '../request.ts';
import { provenanceOf } from './provenance.ts';
import type { NamedBase } from './provenance-materials.ts';

const IMAGE = makeImage([[{ path: 'etc/os-release', body: 'ID=alpine\nVERSION_ID=3.20.1\n' }]]);
const MATERIALS = [{ uri: 'pkg:docker/python@3.12-slim', digest: { sha256: 'a'.repeat(64) } }];
const NAMED: readonly NamedBase[] = [
  { by: 'provenance', name: 'python:3.12-slim', digest: `sha256:${'a'.repeat(64)}` },
];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-provenance-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Files = ReturnType<typeof withProvenance>;

function layout(files: Files): string {
  return layoutFolder(path.join(folder, 'image'), files);
}

function archive(files: Files): string {
  const file = path.join(folder, 'image.tar');
  writeFileSync(file, tarOf(files));
  return file;
}

async function namedBy(reference: string): Promise<readonly NamedBase[]> {
  const target = fullTarget({ reference, kind: 'image' });
  const context = quietContext();
  const [opened] = await openSource(target, context);
  if (opened === undefined) throw new Error('no image was opened');
  await opened[Symbol.asyncDispose]();
  return provenanceOf(opened.artifact, target, context);
}

/** Files without the blobs that a test names by what they hold. */
function without(files: Files, text: string): Files {
  return new Map(
    [...files].filter(([name, bytes]) => name === 'index.json' || !bytes.includes(text)),
  );
}

describe('provenance beside an image of this disk', () => {
  it.each<[string, (files: Files) => string]>([
    ['a layout', layout],
    ['a layout and a tag', (files) => `${layout(files)}:1`],
    ['a path', (files) => layout(files).slice('oci:'.length)],
    ['an archive', archive],
    ['an archive and a transport', (files) => `oci-archive:${archive(files)}`],
  ])('is read from %s', async (_name, write) => {
    expect(await namedBy(write(withProvenance(IMAGE, MATERIALS)))).toEqual(NAMED);
  });

  it('is read from two statements at most', async () => {
    const files = withProvenance(IMAGE, MATERIALS, 5);
    expect(await namedBy(layout(files))).toEqual([...NAMED, ...NAMED]);
  });

  it.each<[string, () => Files]>([
    ['there is none', () => ociFiles([{ image: IMAGE, tag: '1' }])],
    ['no material is an image', () => withProvenance(IMAGE, [{ uri: 'git+https://a.example/b' }])],
    [
      'its statement is not there',
      () => without(withProvenance(IMAGE, MATERIALS), '"predicateType"'),
    ],
    [
      'its manifest is not there',
      () => without(withProvenance(IMAGE, MATERIALS), 'in-toto.io/predicate-type'),
    ],
    [
      'its statement was changed',
      () => {
        const files = withProvenance(IMAGE, MATERIALS);
        for (const [name, bytes] of files) {
          const text = bytes.toString();
          if (text.includes('"predicateType"')) {
            files.set(name, Buffer.from(text.replace('3.12-slim', '3.13-slim')));
          }
        }
        return files;
      },
    ],
  ])('names nothing where %s', async (_name, files) => {
    expect(await namedBy(layout(files()))).toEqual([]);
  });
});
