/**
 * A well-formed file of each lockfile and manifest of JavaScript and Python, to be cut and bent.
 */

import { zip } from '../support/zip.ts';

export const WELL_FORMED_LOCKFILES: Readonly<
  Record<string, { readonly path: string; readonly body: string }>
> = {
  'npm/yarn-lock': {
    path: '/app/yarn.lock',
    body: '"a@npm:^1":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n  dependencies:\n    b: ^2\n\nb@^2:\n  version "2.0.0"\n',
  },
  'npm/pnpm-lock': {
    path: '/app/pnpm-lock.yaml',
    body: "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {specifier: ^1, version: 1.0.0(b@2.0.0)}\npackages:\n  a@1.0.0: {}\nsnapshots:\n  a@1.0.0(b@2.0.0):\n    dependencies: {b: 2.0.0}\n",
  },
  'npm/bun-lock': {
    path: '/app/bun.lock',
    body: '{"lockfileVersion":1,"workspaces":{"":{"dependencies":{"a":"^1"}}},"packages":{"a":["a@1.0.0","",{"dependencies":{"b":"2"}},"sha1-qKcZ"],}}',
  },
  'npm/deno-lock': {
    path: '/app/deno.lock',
    body: '{"version":"5","specifiers":{"npm:a@1":"1.0.0"},"npm":{"a@1.0.0":{"dependencies":["a"]}},"workspace":{"dependencies":["npm:a@1"]}}',
  },
  'npm/deno-json': {
    path: '/app/deno.jsonc',
    body: '{"imports":{"a":"npm:a@1.0.0","b":"jsr:@b/b@1"},"scopes":{"x":{"c":"npm:c@^1"}}}',
  },
  'npm/vsix': {
    path: '/x.vsix',
    body: zip([
      { name: 'extension/node_modules/a/package.json', body: '{"name":"a","version":"1.0.0"}' },
    ]).toString('latin1'),
  },
  'npm/asar': { path: '/opt/app/resources/app.asar', body: asarSample() },
  'npm/yarn-zip': {
    path: '/app/.yarn/cache/a-npm-1.0.0-0123456789-10c0.zip',
    body: zip([
      { name: 'node_modules/a/package.json', body: '{"name":"a","version":"1.0.0"}' },
    ]).toString('latin1'),
  },
  'npm/zip': {
    path: '/srv/function.zip',
    body: zip([
      { name: 'node_modules/a/package.json', body: '{"name":"a","version":"1.0.0"}' },
    ]).toString('latin1'),
  },
  'npm/yarn-pnp': {
    path: '/app/.pnp.cjs',
    body: '["a",[["npm:1.0.0",{"packageLocation":"./.yarn/cache/a.zip/node_modules/a/"}]]]',
  },
  'pypi/poetry-lock': {
    path: '/app/poetry.lock',
    body: '[[package]]\nname = "a"\nversion = "1"\ngroups = ["main"]\n[package.dependencies]\nb = "*"\n',
  },
  'pypi/pdm-lock': {
    path: '/app/pdm.lock',
    body: '[[package]]\nname = "a"\nversion = "1"\ngroups = ["default"]\ndependencies = ["b>=1"]\n',
  },
  'pypi/uv-lock': {
    path: '/app/uv.lock',
    body: '[[package]]\nname = "a"\nversion = "1"\nsource = { git = "https://x/a#abcdef1" }\ndependencies = [{ name = "a" }]\n',
  },
  'pypi/pylock': {
    path: '/app/pylock.toml',
    body: 'lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "1"\n',
  },
  'pypi/pipfile-lock': {
    path: '/app/Pipfile.lock',
    body: '{"_meta":{},"default":{"a":{"version":"==1.0"}},"develop":{"b":{"git":"https://x","ref":"a"}}}',
  },
  'pypi/requirements': {
    path: '/app/requirements.txt',
    body: 'a==1.0 \\\n  --hash=sha256:a\nb[c]>=2 ; d # e\n-r f.txt\ng @ git+https://x/g@1\n',
  },
  'pypi/pinned-requirements': { path: '/app/requirements.txt', body: 'a==1.0\nb\n' },
  'pypi/pyproject': {
    path: '/app/pyproject.toml',
    body: '[project]\ndependencies = ["a==1", "b>2"]\n[tool.poetry.dependencies]\nc = "1"\n',
  },
  'pypi/setup-file': {
    path: '/app/setup.py',
    body: 'setup(install_requires=["a==1", \'b>2\'], extras_require={"x": ["c==2"]})\n',
  },
};

/** An archive of Electron with one package. */
function asarSample(): string {
  const manifest = '{"name":"a","version":"1.0.0"}';
  const row = { size: manifest.length, offset: '0' };
  const folder = (name: string, inner: object): object => ({ files: { [name]: inner } });
  const header = JSON.stringify(folder('node_modules', folder('a', folder('package.json', row))));
  const numbers = Buffer.alloc(16);
  for (const [index, number] of [
    4,
    header.length + 8,
    header.length + 4,
    header.length,
  ].entries()) {
    numbers.writeUInt32LE(number, index * 4);
  }
  return numbers.toString('latin1') + header + manifest;
}
