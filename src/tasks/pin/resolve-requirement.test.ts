import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { indexServer, type IndexServer } from '../../../test/support/index-server.ts';
import { quietContext } from '../../core/base/context.ts';
import { makeRequirementResolver } from './resolve-requirement.ts';
import type { ResolutionResult } from './resolvers.ts';

const CONTEXT = quietContext({ fetch: globalThis.fetch });
let server: IndexServer;
let other: IndexServer;
beforeEach(async () => {
  server = await indexServer();
  other = await indexServer();
});
afterEach(() => {
  server[Symbol.dispose]();
  other[Symbol.dispose]();
});

const hash = (digit: string): string => digit.repeat(64);

function serve(at: IndexServer, files: readonly (readonly [string, object])[]): void {
  const rows = files.map(([filename, hashes]) => ({ filename, url: `/f/${filename}`, hashes }));
  at.pages.set('/simple/my-lib/', {
    type: 'application/vnd.pypi.simple.v1+json',
    body: JSON.stringify({ meta: { 'api-version': '1.0' }, files: rows }),
  });
}

function ask(
  value: string,
  env: Record<string, string> = {},
  context = CONTEXT,
  mode: 'pin' | 'update' = 'pin',
): Promise<ResolutionResult> {
  const options = {
    registry: {},
    isBranchOnly: false,
    actionsUrl: '',
    cwd: '/',
    env: {
      HOME: '/nonexistent',
      XDG_CONFIG_DIRS: '/nonexistent',
      PIP_INDEX_URL: `${server.url}/simple/`,
      ...env,
    },
  };
  const question = { kind: 'requirement', mode, value } as const;
  return makeRequirementResolver(options, context).resolve(question, context);
}

const FILES = [
  ['my_lib-1.0-py3-none-any.whl', { sha256: hash('b') }],
  ['my-lib-1.0.0.tar.gz', { sha256: hash('a'), md5: '0'.repeat(32) }],
  ['my_lib-1.0.1.tar.gz', { sha256: hash('c') }],
  ['my_lib-1.0rc1.tar.gz', { sha256: hash('d') }],
] as const;
const hashes = (...digits: readonly string[]): string =>
  digits.map((digit) => `--hash=sha256:${hash(digit)}`).join(' ');
const BOTH = `--hash=sha256:${hash('a')} --hash=sha256:${hash('b')}`;

describe('a requirement', () => {
  it.each([
    ['my-lib==1.0', `my-lib==1.0 ${BOTH}`],
    ['My_Lib[extra,more]==1.0.0', `My_Lib[extra,more]==1.0.0 ${BOTH}`],
    ['my-lib == 1.0', `my-lib==1.0 ${BOTH}`],
    ['my-lib===1.0', `my-lib===1.0 ${BOTH}`],
    ['my-lib==1.0rc1', `my-lib==1.0rc1 --hash=sha256:${hash('d')}`],
    ["my-lib==1.0 ; python_version > '3'", `my-lib==1.0 ; python_version > '3' ${BOTH}`],
    [`my-lib==1.0 --hash=sha256:${hash('a')}`, `my-lib==1.0 ${BOTH}`],
  ])('%s gets the hashes of all its files', async (value, pinned) => {
    serve(server, FILES);
    expect(await ask(value)).toMatchObject({ ok: true, pinned, notes: [] });
  });

  it('names a written hash that no file has, and files without one', async () => {
    serve(server, [...FILES, ['my_lib-1.0-cp311-cp311-linux_x86_64.whl', { md5: '1'.repeat(32) }]]);
    expect(await ask(`my-lib==1.0 --hash=sha256:${hash('9')}`)).toMatchObject({
      notes: [
        { id: 'gone', message: `no file of my-lib==1.0 has sha256:${hash('9')}` },
        { id: 'incomplete', message: '1 of 3 files of my-lib==1.0 have no hash that pip accepts' },
      ],
    });
  });

  it.each<[string, readonly string[], object]>([
    ['a new file', ['a'], { ok: true, pinned: `my-lib==1.0 ${hashes('b', 'a')}` }],
    ['no new file', ['b', 'a'], { ok: true, pinned: `my-lib==1.0 ${hashes('b', 'a')}` }],
    ['a file that is gone', ['a', '9', 'b'], { pinned: `my-lib==1.0 ${hashes('a', '9', 'b')}` }],
    ['files that were replaced', ['a', '9'], { status: 'refused', id: 'replaced-files' }],
    ['all files replaced', ['8', '9'], { status: 'refused', id: 'replaced-files' }],
  ])('is updated: %s', async (_, written, expected) => {
    serve(server, FILES);
    const value = `my-lib==1.0 ${hashes(...written)}`;
    expect(await ask(value, {}, CONTEXT, 'update')).toMatchObject(expected);
  });

  it('keeps hashes of an algorithm that the index does not prefer', async () => {
    serve(server, FILES);
    const value = `my-lib==1.0 --hash=sha512:${'7'.repeat(128)}`;
    expect(await ask(value, {}, CONTEXT, 'update')).toMatchObject({ pinned: value });
  });

  it('has the files of further indexes, and is refused where they differ', async () => {
    serve(server, FILES);
    const env = { PIP_EXTRA_INDEX_URL: `${other.url}/simple` };
    serve(other, [['my_lib-1.0-cp311-cp311-linux_x86_64.whl', { sha256: hash('e') }]]);
    expect(await ask('my-lib==1.0', env)).toMatchObject({
      pinned: `my-lib==1.0 ${BOTH} --hash=sha256:${hash('e')}`,
      source: `${new URL(server.url).host}, ${new URL(other.url).host}`,
    });
    serve(other, [['my-lib-1.0.0.tar.gz', { sha256: hash('e') }]]);
    expect(await ask('my-lib==1.0', env)).toMatchObject({
      ok: false,
      status: 'refused',
      id: 'differing-hashes',
    });
  });

  it.each([
    ['another version', 'my-lib==9', 'not-found'],
    ['another project', 'none==1.0', 'not-found'],
    ['a range', 'my-lib>=1.0', 'not-a-reference'],
    ['a wildcard', 'my-lib==1.*', 'not-a-reference'],
    ['a URL', 'my-lib @ https://x.example/a.whl', 'not-a-reference'],
  ])('of %s is not resolved', async (_, value, id) => {
    serve(server, FILES);
    expect(await ask(value)).toMatchObject({ ok: false, status: 'unresolved', id });
  });

  it('is not resolved without hashes, an index or a network', async () => {
    serve(server, [['my_lib-1.0.tar.gz', { md5: '1'.repeat(32) }]]);
    expect(await ask('my-lib==1.0')).toMatchObject({ id: 'no-hash' });
    expect(await ask('my-lib==1.0', { PIP_INDEX_URL: '' })).toMatchObject({
      id: 'configuration',
      message: 'no package index is configured for "my-lib"',
    });
    expect(await ask('my-lib==1.0', {}, quietContext())).toMatchObject({ id: 'offline' });
  });
});
