/** Rules on licenses, provenance and names for Python projects, in front of a stub index. */

import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { UplinkFile } from '../../../test/support/pypi-uplink.ts';
import { startRegistryScene, type RegistryScene } from '../../../test/support/registry-scene.ts';
import { wheelBytes, wheelMetadata } from '../../../test/support/wheels.ts';
import { zip } from '../../../test/support/zip.ts';
import { writeTar } from '../../formats/archive/tar/tar-writer.ts';
import type { PackageRule } from '../../scan/policy/package-policy.ts';

const OLD = '2026-01-01T00:00:00Z';

function wheel(
  version: string,
  more: readonly string[],
  file: Partial<UplinkFile> = {},
): UplinkFile {
  const made = { name: 'left', version, more };
  return { name: `left-${version}-py3-none-any.whl`, bytes: wheelBytes(made), time: OLD, ...file };
}

const GPL = 'License-Expression: GPL-3.0-only';
const INFO = { path: 'left-1.4/PKG-INFO', body: `Metadata-Version: 2.4\nName: left\n${GPL}\n` };
const FILES: readonly UplinkFile[] = [
  wheel('1.0', ['License-Expression: MIT'], { provenance: 'https://index.example.com/p/1.0' }),
  wheel('1.1', [GPL]),
  wheel('1.2', [GPL], { metadata: wheelMetadata({ name: 'left', version: '1.2', more: [GPL] }) }),
  wheel('1.3', []),
  { name: 'left-1.4.tar.gz', bytes: gzipSync(writeTar([INFO])), time: OLD },
  { name: 'left-1.5.zip', bytes: zip([{ name: 'left-1.5/PKG-INFO', body: GPL }]), time: OLD },
  wheel('1.6', ['License: MIT License', 'Classifier: License :: OSI Approved :: BSD License']),
];

let scene: RegistryScene;
beforeAll(async () => {
  scene = await startRegistryScene(undefined, { ownNames: ['requestz'] });
  scene.index.projects.set('left', FILES);
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Returns the reasons of refusals by the beginning of the file's name. */
async function refusals(rule: PackageRule): Promise<Readonly<Record<string, string>>> {
  await scene.restart({ rules: [rule], allow: [], block: [] });
  const found: Record<string, string> = {};
  for (const { name } of FILES) {
    const { status, reason } = await scene.get(`/pypi/files/left/${name}`);
    if (status !== 200) found[name.slice(0, 8)] = `${status} ${reason?.split(': ')[1]}`;
  }
  return found;
}

const DENIED = '403 its license GPL-3.0-only is denied';

describe('a rule', () => {
  it('on licenses applies when a file is fetched, and from then on to the page', async () => {
    const rule = { kind: 'denied-licenses', action: 'hide', licenses: ['GPL-*'] } as const;
    expect(await refusals(rule)).toEqual({
      'left-1.1': DENIED,
      'left-1.2': DENIED,
      'left-1.4': DENIED,
      'left-1.5': DENIED,
    });
    const page = (await scene.get('/pypi/simple/left/')).body.toString();
    expect(page.match(/data-yanked="hidden[^"]*GPL-3\.0-only/gu)).toHaveLength(4);
  });

  it('on licenses reads the metadata file, which installers ask for first', async () => {
    const rule = { kind: 'denied-licenses', action: 'hide', licenses: ['GPL-*'] } as const;
    await scene.restart({ rules: [rule], allow: [], block: [] });
    const file = '/pypi/files/left/left-1.2-py3-none-any.whl';
    expect((await scene.get(`${file}.metadata`)).status).toBe(403);
    expect((await scene.get(file)).status).toBe(403);
  });

  it('on allowed licenses refuses files that state none', async () => {
    const licenses = ['MIT', 'MIT License', 'GPL-3.0-only'];
    expect(await refusals({ kind: 'allowed-licenses', action: 'hide', licenses })).toEqual({
      'left-1.3': '403 it states no license',
    });
  });

  it('on provenance applies to files without it after one that has it', async () => {
    const rule = { kind: 'lost-provenance', action: 'hide' } as const;
    const lost = '403 it has no provenance, and 1.0 has';
    const later = ['left-1.1', 'left-1.2', 'left-1.3', 'left-1.4', 'left-1.5', 'left-1.6'];
    const expected = Object.fromEntries(later.map((name) => [name, lost]));
    expect(await refusals(rule)).toEqual(expected);
  });

  it.each(['application/vnd.pypi.simple.v1+json', 'text/html'])(
    'leaves attestations as they are, below the address of this registry: %s',
    async (accept) => {
      const bundle = Buffer.from('{"version": 1}\n');
      const name = 'signed-1.0.tar.gz';
      scene.index.projects.set('signed', [
        { name, bytes: Buffer.from('x'), time: OLD, provenance: `../../files/${name}.json` },
        { name: `${name}.json`, bytes: bundle },
      ]);
      await scene.restart();
      const page = (await scene.get('/pypi/simple/signed/', { accept })).body.toString();
      const address = `http://registry.test:4873/pypi/files/signed/${name}.provenance`;
      expect(page).toContain(`"${address}"`);
      for (const isOffline of [false, true]) {
        scene.isOffline = isOffline;
        const { status, body } = await scene.get(new URL(address).pathname);
        expect([status, body.toString()]).toEqual([200, bundle.toString()]);
      }
      scene.isOffline = false;
      const block = [{ package: 'signed', ecosystem: 'pypi', reason: 'no', owner: 'sec' }] as const;
      await scene.restart({ rules: [], allow: [], block });
      expect((await scene.get(new URL(address).pathname)).status).toBe(403);
    },
  );

  it.each([
    ['requsets', 403],
    ['requests', 200],
    ['requestz', 200],
  ] as const)('on similar names answers about %s with %i', async (name, status) => {
    const file = { name: `${name}-1.0.tar.gz`, bytes: Buffer.from('x'), time: OLD };
    scene.index.projects.set(name, [file]);
    const rule = { kind: 'similar-name', action: 'hide' } as const;
    await scene.restart({ rules: [rule], allow: [], block: [] });
    expect((await scene.get(`/pypi/files/${name}/${file.name}`)).status).toBe(status);
  });
});
