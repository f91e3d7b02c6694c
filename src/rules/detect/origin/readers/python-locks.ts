/**
 * Lockfiles of Python: the source and the digests of each package.
 *
 * Source: PEP 751 (`pylock.toml`), and the files that Poetry, uv, PDM and Pipenv write.
 */

import {
  isJsonObject,
  readJsoncDocument,
  type JsonObject,
} from '../../../../formats/text/json/json.ts';
import { readToml } from '../../../../formats/text/toml.ts';
import { normalizePythonName } from '../../../../core/model/package/python-name.ts';
import { isLocal, plainAddress } from '../address.ts';
import { tableAt, tablesAt, textAt, textsAt } from '../text.ts';
import type { OriginReader, SourceUse } from '../use.ts';
import { gitAddress } from './python-settings.ts';
import { addressed, indexed, packageOfFile, type PythonPackage } from './python-use.ts';

/** Reads `poetry.lock`. Packages of the default index have no source. */
export const readPoetryLock: OriginReader = ({ path, bytes }) => {
  const document = readToml(path, bytes);
  const lines = document.linesOf('package');
  const old = tableAt(document.root, 'metadata', 'files');
  return tablesAt(document.root, 'package').flatMap((row, index): readonly SourceUse[] => {
    const name = textAt(row, 'name') ?? '';
    const source = tableAt(row, 'source');
    const files = row['files'] === undefined ? tablesAt(old, name) : tablesAt(row, 'files');
    const integrity = files.flatMap((file) => textAt(file, 'hash') ?? []);
    const pkg = packageOf(row, name, lines[index], integrity);
    const [type, url] = [textAt(source, 'type'), textAt(source, 'url') ?? ''];
    if (type === 'directory' || type === 'file') return [];
    if (type === 'git')
      return addressed(
        withoutIntegrity(pkg),
        gitAddress(url, textAt(source, 'resolved_reference')),
      );
    if (type === 'url') return addressed(pkg, url);
    const index0 = plainAddress(url);
    return [indexed(pkg, { addresses: index0 === undefined ? [] : [index0] })];
  });
};

/** Reads `uv.lock`. */
export const readUvLock: OriginReader = ({ path, bytes }) => {
  const document = readToml(path, bytes);
  const lines = document.linesOf('package');
  return tablesAt(document.root, 'package').flatMap((row, index): readonly SourceUse[] => {
    const name = textAt(row, 'name') ?? '';
    const source = tableAt(row, 'source');
    const archives = [
      ...tablesAt(row, 'wheels'),
      ...(isJsonObject(row['sdist']) ? [row['sdist']] : []),
    ];
    const integrity = archives.flatMap((one) => textAt(one, 'hash') ?? []);
    const complete = integrity.length === archives.length ? integrity : [];
    const pkg = packageOf(row, name, lines[index], complete);
    const [registry, git, url] = [
      textAt(source, 'registry'),
      textAt(source, 'git'),
      textAt(source, 'url'),
    ];
    if (git !== undefined)
      return addressed(
        withoutIntegrity(pkg),
        gitAddress(git.split('?')[0] ?? git, git.split('#')[1]),
      );
    if (url !== undefined) return addressed(pkg, url);
    if (registry === undefined || isLocal(registry)) return [];
    return fromIndex(
      pkg,
      registry,
      archives.flatMap((one) => textAt(one, 'url') ?? []),
    );
  });
};

/** Archives may lie at other hosts than their index: each is held against the trust file. */
function fromIndex(
  pkg: PythonPackage,
  index: string,
  urls: readonly string[],
): readonly SourceUse[] {
  const addresses = [index, ...urls].flatMap((one) => plainAddress(one) ?? []);
  const name = normalizePythonName(pkg.name);
  const other = addresses.map((one) => packageOfFile(one, name)).find((one) => one !== undefined);
  const hosts = new Map(
    addresses.map((one) => [new URL(one).host, one]).reverse() as [string, string][],
  );
  return [
    {
      ...indexed(pkg, { addresses: [...hosts.values()].reverse() }),
      ...(other !== undefined && { addressNames: other }),
    },
  ];
}

/** Reads `pdm.lock`. */
export const readPdmLock: OriginReader = ({ path, bytes }) => {
  const document = readToml(path, bytes);
  const lines = document.linesOf('package');
  const old = tableAt(document.root, 'metadata', 'files');
  return tablesAt(document.root, 'package').flatMap((row, index): readonly SourceUse[] => {
    const name = textAt(row, 'name') ?? '';
    const files =
      row['files'] === undefined
        ? tablesAt(old, `${name} ${textAt(row, 'version') ?? ''}`)
        : tablesAt(row, 'files');
    const pkg = packageOf(
      row,
      name,
      lines[index],
      files.flatMap((file) => textAt(file, 'hash') ?? []),
    );
    const [git, url] = [textAt(row, 'git'), textAt(row, 'url')];
    if (git !== undefined)
      return addressed(withoutIntegrity(pkg), gitAddress(git, textAt(row, 'revision')));
    if (url !== undefined) return addressed(pkg, url);
    if (row['path'] !== undefined) return [];
    return fromFiles(
      pkg,
      files.flatMap((file) => textAt(file, 'url') ?? []),
    );
  });
};

function fromFiles(pkg: PythonPackage, urls: readonly string[]): readonly SourceUse[] {
  const [first] = urls;
  return first === undefined ? [indexed(pkg, { addresses: [] })] : fromIndex(pkg, first, urls);
}

/** Reads `pylock.toml`. */
export const readPylock: OriginReader = ({ path, bytes }) => {
  const document = readToml(path, bytes);
  const lines = document.linesOf('packages');
  return tablesAt(document.root, 'packages').flatMap((row, index): readonly SourceUse[] => {
    const name = textAt(row, 'name') ?? '';
    const archive = tableAt(row, 'archive');
    const files = [
      ...tablesAt(row, 'wheels'),
      ...[row['sdist'], row['archive']].filter(isJsonObject),
    ];
    const isHashed = files.every((one) => Object.keys(tableAt(one, 'hashes')).length > 0);
    const digests = files.flatMap((one) => hashesOf(tableAt(one, 'hashes')));
    const pkg = packageOf(row, name, lines[index], isHashed ? digests : []);
    const vcs = tableAt(row, 'vcs');
    const [repository, registry, url] = [
      textAt(vcs, 'url'),
      textAt(row, 'index'),
      textAt(archive, 'url'),
    ];
    if (repository !== undefined)
      return addressed(withoutIntegrity(pkg), gitAddress(repository, textAt(vcs, 'commit-id')));
    if (row['directory'] !== undefined) return [];
    if (url !== undefined) return addressed(pkg, url);
    const urls = files.flatMap((one) => textAt(one, 'url') ?? []);
    return registry === undefined ? fromFiles(pkg, urls) : fromIndex(pkg, registry, urls);
  });
};

function hashesOf(table: JsonObject): readonly string[] {
  return Object.keys(table).map((algorithm) => `${algorithm}:${textAt(table, algorithm) ?? ''}`);
}

/** Reads `Pipfile.lock`. */
export const readPipfileLock: OriginReader = ({ path, bytes }) => {
  const document = readJsoncDocument(path, bytes, { keyLines: true });
  const { root } = document;
  const sources = tablesAt(tableAt(root, '_meta'), 'sources');
  const named = new Map(
    sources.map((row) => [textAt(row, 'name') ?? '', textAt(row, 'url') ?? '']),
  );
  return ['default', 'develop'].flatMap((section) => {
    const rows = tableAt(root, section);
    return Object.keys(rows).flatMap((name): readonly SourceUse[] => {
      const row = rows[name];
      if (
        !isJsonObject(row) ||
        row['path'] !== undefined ||
        (row['editable'] === true && row['git'] === undefined)
      )
        return [];
      const pkg = packageOf(row, name, document.lineOfKey(rows, name), textsAt(row, 'hashes'));
      const [git, file] = [textAt(row, 'git'), textAt(row, 'file')];
      if (git !== undefined)
        return addressed(withoutIntegrity(pkg), gitAddress(git, textAt(row, 'ref')));
      if (file !== undefined) return addressed(pkg, file);
      const url =
        named.get(textAt(row, 'index') ?? '') ??
        (sources.length === 1 ? textAt(sources[0], 'url') : undefined);
      const address = url === undefined ? undefined : plainAddress(url);
      return [indexed(pkg, { addresses: address === undefined ? [] : [address] })];
    });
  });
};

function packageOf(
  row: JsonObject,
  name: string,
  line: number | undefined,
  integrity: readonly string[],
): PythonPackage {
  const version = textAt(row, 'version')?.replace(/^==/u, '');
  return { name, line: line ?? 1, integrity, ...(version !== undefined && { version }) };
}

/** A commit is the digest of a repository. */
function withoutIntegrity({ name, line, version }: PythonPackage): PythonPackage {
  return { name, line, ...(version !== undefined && { version }) };
}
