import { describe, expect, it } from 'vitest';

import { catalogFile } from '../../../../test/support/catalog-file.ts';
import { quietContext } from '../../../core/base/context.ts';
import { CATALOGERS } from '../list.ts';
import { UNREAD_NAMES } from '../unread-names.ts';
import { unreadLockfile } from './unread-lockfile.ts';

async function diagnosticOf(path: string, text = ''): Promise<readonly unknown[]> {
  const file = catalogFile(path, Buffer.from(text));
  const result = await unreadLockfile.read(file, { get: () => undefined }, quietContext());
  expect(result.packages).toEqual([]);
  return (result.diagnostics ?? []).map(({ gap, message }) => [gap, message]);
}

describe('a lockfile that is not read yet', () => {
  it('is a gap that names it, its tool and the cure', async () => {
    expect(await diagnosticOf('/web/bun.lockb')).toEqual([
      [
        'noAdvisoryData',
        '"/web/bun.lockb": dependencies of Bun are not read yet; bun install --save-text-lockfile --frozen-lockfile --lockfile-only writes bun.lock, which is read',
      ],
    ]);
  });

  it('is a note where it came with a package', async () => {
    expect(await diagnosticOf('/node_modules/a/yarn.lock')).toEqual([
      [undefined, 'a lockfile that came with a package pins nothing here'],
    ]);
  });

  it.each([
    ['/bower.json', '{"name":"a",\n"dependencies": {\n"jquery":"~3.1"}}', 'Bower'],
    ['/maven_install.json', '{"artifacts":{"g:a":{"version":"1"}}}', 'Bazel'],
    ['/a/elm.json', '{"dependencies":{"direct":{"elm/core":"1.0.5"}}}', 'Elm'],
    ['/Cartfile.resolved', '# x\ngithub "a/b" "1.0"\n', 'Carthage'],
    ['/build.zig.zon', '.{ .name = .a, .dependencies = .{ .b = .{ .url = "u" } } }', 'Zig'],
  ])('is a gap where it names a dependency: %s', async (path, text, tool) => {
    const [[gap, message] = []] = (await diagnosticOf(path, text)) as readonly string[][];
    expect([gap, message]).toEqual([
      'noAdvisoryData',
      expect.stringContaining(`"${path}": dependencies of ${tool} are not read yet`),
    ]);
  });

  it.each([
    ['/bower.json', '{"name":"a","dependencies":{ },"devDependencies":{"b":"1"}}'],
    ['/elm.json', '{"dependencies":{"direct":{},"indirect":{}}}'],
    ['/Cartfile.resolved', '\n'],
    ['/build.zig.zon', '.{ .name = .a, .dependencies = .{}, .paths = .{""} }'],
  ])('is none where it names no dependency: %s', async (path, text) => {
    expect(await diagnosticOf(path, text)).toEqual([]);
  });

  it('is a note below packages of Bower', async () => {
    expect(
      await diagnosticOf('/bower_components/a/bower.json', '{"dependencies":{"b":"1"}}'),
    ).toEqual([[undefined, 'a lockfile that came with a package pins nothing here']]);
  });

  it('is read by no other cataloger', () => {
    const others = CATALOGERS.filter(({ id }) => id !== 'other/unread-lockfile');
    const unread = new Set<string>(UNREAD_NAMES);
    const read = others.flatMap(({ files }) => files.names ?? []);
    expect(read.filter((name) => unread.has(name))).toEqual([]);
  });
});
