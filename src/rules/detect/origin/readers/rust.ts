/**
 * `Cargo.lock`, `Cargo.toml` and the configuration of Cargo.
 *
 * Source: Cargo Book, "Cargo.toml vs Cargo.lock", "Specifying Dependencies", "Registries", "Source
 * Replacement". A package of `Cargo.lock` without a source is a member of the workspace.
 */

import { isJsonObject, type JsonObject } from '../../../../formats/text/json/json.ts';
import { readToml } from '../../../../formats/text/toml.ts';
import { commitOf, isLocal, plainAddress } from '../address.ts';
import { lineOfText, tableAt, tablesAt, textAt, upwards } from '../text.ts';
import type { OriginFile, OriginReader, SourceUse } from '../use.ts';

/** Reads `Cargo.lock`. */
export const readCargoLock: OriginReader = ({ path, bytes }) => {
  const document = readToml(path, bytes);
  const lines = document.linesOf('package');
  const metadata = tableAt(document.root, 'metadata');
  return tablesAt(document.root, 'package').flatMap((row, index): readonly SourceUse[] => {
    const [name, version, source] = [
      textAt(row, 'name') ?? '',
      textAt(row, 'version') ?? '',
      textAt(row, 'source'),
    ];
    if (source === undefined) return [];
    const address = plainAddress(source);
    const addresses = address === undefined ? [] : [address];
    const shared = {
      kind: 'package',
      ecosystem: 'cargo',
      name,
      version,
      line: lines[index] ?? 1,
      addresses,
    } as const;
    if (source.startsWith('git+'))
      return [{ ...shared, from: 'git', isPinned: commitOf(source) !== undefined }];
    const digest =
      textAt(row, 'checksum') ?? textAt(metadata, `checksum ${name} ${version} (${source})`);
    const integrity = digest === undefined ? [] : [`sha256:${digest}`];
    return [{ ...shared, from: address === undefined ? 'unnamed' : 'registry', integrity }];
  });
};

/** Reads `.cargo/config.toml`: registries, and sources that take the place of others. */
export const readCargoConfig: OriginReader = ({ path, bytes, text }) => {
  const { root } = readToml(path, bytes);
  const uses: SourceUse[] = [];
  const add = (written: string | undefined, role: 'default' | 'scoped', key: string): void => {
    const address = written === undefined ? undefined : plainAddress(written);
    if (address === undefined || isLocal(written ?? '')) return;
    uses.push({
      kind: 'index',
      ecosystem: 'cargo',
      address,
      line: lineOfText(text, written ?? ''),
      role,
      key,
    });
  };
  const registries = tableAt(root, 'registries');
  for (const name of Object.keys(registries))
    add(textAt(registries[name], 'index'), 'scoped', `registries.${name}`);
  const sources = tableAt(root, 'source');
  const replaced = new Set(
    Object.keys(sources).flatMap((name) => textAt(sources[name], 'replace-with') ?? []),
  );
  for (const name of Object.keys(sources)) {
    const role = replaced.has(name) ? 'default' : 'scoped';
    add(textAt(sources[name], 'registry') ?? textAt(sources[name], 'git'), role, `source.${name}`);
  }
  if (tableAt(root, 'http')['check-revoke'] === false) {
    const line = lineOfText(text, 'check-revoke');
    uses.push({
      kind: 'disabled-check',
      line,
      setting: 'check-revoke = false',
      effect: 'certificates that were revoked are accepted',
    });
  }
  return uses;
};

/** Reads `Cargo.toml`. */
export const readCargoToml: OriginReader = (file) => {
  const { root } = readToml(file.path, file.bytes);
  const registries = registriesOf(file);
  const targets = tableAt(root, 'target');
  const holders = [
    root,
    tableAt(root, 'workspace'),
    ...Object.keys(targets).map((key) => tableAt(targets, key)),
  ];
  const tables = holders.flatMap((holder) =>
    ['dependencies', 'dev-dependencies', 'build-dependencies'].map((key) => tableAt(holder, key)),
  );
  const patches = tableAt(root, 'patch');
  tables.push(...Object.keys(patches).map((key) => tableAt(patches, key)));
  return tables.flatMap((table) =>
    Object.keys(table).flatMap((key) => requestOf(file, key, table, registries)),
  );
};

function requestOf(
  { text }: OriginFile,
  key: string,
  table: JsonObject,
  registries: ReadonlyMap<string, string>,
): readonly SourceUse[] {
  const row = table[key];
  const line = lineOfText(text, key, headerLine(text));
  if (!isJsonObject(row)) return [unnamed(key, line, registries.get(''))];
  if (row['path'] !== undefined || row['workspace'] === true) return [];
  const name = textAt(row, 'package') ?? key;
  const git = textAt(row, 'git');
  const alias = name === key ? {} : { alias: key };
  if (git !== undefined) {
    const address = plainAddress(git);
    const isPinned = /^[0-9a-f]{40}$/u.test(textAt(row, 'rev') ?? '');
    const shared = { kind: 'package', ecosystem: 'cargo', name, line, isRequest: true } as const;
    return [
      {
        ...shared,
        ...alias,
        from: 'git',
        addresses: address === undefined ? [] : [address],
        isPinned,
      },
    ];
  }
  const index =
    plainAddress(textAt(row, 'registry-index') ?? '') ??
    registries.get(textAt(row, 'registry') ?? '');
  return [{ ...unnamed(name, line, index), ...alias }];
}

/** Names of the package itself stand before its dependencies. */
function headerLine(text: string): number {
  const found = /^\[(?:.*\.)?(?:dev-|build-)?dependencies/mu.exec(text);
  return found === null ? 1 : text.slice(0, found.index).split('\n').length;
}

function unnamed(
  name: string,
  line: number,
  index: string | undefined,
): SourceUse & { readonly kind: 'package' } {
  const shared = { kind: 'package', ecosystem: 'cargo', name, line, isRequest: true } as const;
  return index === undefined
    ? { ...shared, from: 'unnamed', addresses: [] }
    : { ...shared, from: 'registry', addresses: [index] };
}

/** Registries by name; the default one under the empty name. */
function registriesOf(file: Pick<OriginFile, 'path' | 'read'>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of ['.cargo/config.toml', '.cargo/config']) {
    for (const path of upwards(file.path, name)) {
      const text = file.read(path);
      if (text === undefined) continue;
      let root;
      try {
        ({ root } = readToml(path, Buffer.from(text)));
      } catch {
        // The file is reported where it is read for itself.
        continue;
      }
      const registries = tableAt(root, 'registries');
      const put = (key: string, index: string | undefined): void => {
        const address = plainAddress(index ?? '');
        if (address !== undefined && !found.has(key)) found.set(key, address);
      };
      for (const key of Object.keys(registries)) put(key, textAt(registries[key], 'index'));
      put('', textAt(registries[textAt(tableAt(root, 'registry'), 'default') ?? ''], 'index'));
      const replacement = textAt(tableAt(root, 'source', 'crates-io'), 'replace-with') ?? '';
      put('', textAt(tableAt(root, 'source', replacement), 'registry'));
    }
  }
  return found;
}
