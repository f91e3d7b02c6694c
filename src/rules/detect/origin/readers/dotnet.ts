/**
 * `NuGet.config`, `packages.lock.json` and project files.
 *
 * Source: NuGet documentation, "nuget.config reference", "Package Source Mapping", "Enable
 * repeatable package restores using a lock file". All sources are asked for every package, unless a
 * mapping of sources says which names they have.
 */

import { isJsonObject, readJsoncDocument } from '../../../../formats/text/json/json.ts';
import { childrenOf, readXml, type XmlElement } from '../../../../formats/text/xml/xml.ts';
import { isLocal, plainAddress } from '../address.ts';
import { tableAt, textAt, upwards } from '../text.ts';
import type { IndexUse, OriginFile, OriginReader, SourceUse } from '../use.ts';

interface NugetSources {
  readonly indexes: readonly IndexUse[];
  readonly checks: readonly SourceUse[];
  /** Patterns of names by the key of their source; empty: no mapping. */
  readonly mapping: ReadonlyMap<string, readonly string[]>;
  readonly addresses: ReadonlyMap<string, string>;
}

/** Reads `NuGet.config`. */
export const readNugetConfig: OriginReader = ({ path, bytes }) => {
  const { indexes, checks } = sourcesIn(path, bytes);
  return [...indexes, ...checks];
};

function sourcesIn(path: string, bytes: Uint8Array): NugetSources {
  const root = readXml(path, bytes, 'configuration');
  const off = new Set(
    addsOf(root, 'disabledPackageSources')
      .filter(({ value }) => value === 'true')
      .map(({ key }) => key),
  );
  const indexes: IndexUse[] = [];
  const checks: SourceUse[] = [];
  const addresses = new Map<string, string>();
  const mapping = new Map<string, readonly string[]>();
  for (const source of childrenOf(root, 'packageSourceMapping').flatMap((one) =>
    childrenOf(one, 'packageSource'),
  )) {
    const patterns = childrenOf(source, 'package').flatMap(
      (one) => one.attributes.get('pattern') ?? [],
    );
    mapping.set(source.attributes.get('key') ?? '', patterns);
  }
  for (const { key, value, element } of addsOf(root, 'packageSources')) {
    if (off.has(key)) continue;
    const address = isLocal(value) ? undefined : plainAddress(value);
    const { line } = element;
    if (address === undefined) continue;
    addresses.set(key, address);
    const role = mapping.size > 0 ? 'scoped' : indexes.length > 0 ? 'extra' : 'default';
    indexes.push({ kind: 'index', ecosystem: 'nuget', address, line, role, key });
    if (element.attributes.get('allowInsecureConnections')?.toLowerCase() === 'true') {
      checks.push({
        kind: 'disabled-check',
        line,
        setting: 'allowInsecureConnections="true"',
        effect: 'packages may come over plain HTTP',
      });
    }
    if (element.attributes.get('disableTLSCertificateValidation')?.toLowerCase() === 'true') {
      checks.push({
        kind: 'disabled-check',
        line,
        setting: 'disableTLSCertificateValidation="true"',
        effect: 'the certificate of this source is not verified',
      });
    }
  }
  return { indexes, checks, mapping, addresses };
}

function addsOf(
  root: XmlElement,
  section: string,
): readonly { readonly key: string; readonly value: string; readonly element: XmlElement }[] {
  return childrenOf(root, section).flatMap((one) =>
    childrenOf(one, 'add').map((element) => ({
      key: element.attributes.get('key') ?? '',
      value: element.attributes.get('value') ?? '',
      element,
    })),
  );
}

/**
 * Returns a function that gives the sources that may answer for a package by the nearest
 * configuration.
 */
function sourceLookup(
  file: Pick<OriginFile, 'path' | 'read'>,
): (name: string) => readonly string[] {
  for (const name of ['NuGet.config', 'nuget.config', 'NuGet.Config']) {
    for (const path of upwards(file.path, name)) {
      const text = file.read(path);
      if (text === undefined) continue;
      let found: NugetSources;
      try {
        found = sourcesIn(path, Buffer.from(text));
      } catch {
        // The file is reported where it is read for itself.
        continue;
      }
      const { mapping, addresses } = found;
      if (mapping.size === 0) return () => [...addresses.values()];
      return (pkg) => mapped(pkg, mapping).flatMap((key) => addresses.get(key) ?? []);
    }
  }
  return () => [];
}

/** Returns the keys of the sources whose longest pattern fits, as NuGet chooses. */
function mapped(name: string, mapping: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const lower = name.toLowerCase();
  const fits = [...mapping].flatMap(([key, patterns]) =>
    patterns
      .map((pattern) => pattern.toLowerCase())
      .filter((pattern) =>
        pattern.endsWith('*') ? lower.startsWith(pattern.slice(0, -1)) : lower === pattern,
      )
      .map((pattern) => ({ key, length: pattern.length })),
  );
  const longest = Math.max(0, ...fits.map(({ length }) => length));
  return fits.filter(({ length }) => length === longest).map(({ key }) => key);
}

/** Reads `packages.lock.json`, which names digests and no sources. */
export const readNugetLock: OriginReader = (file) => {
  const document = readJsoncDocument(file.path, file.bytes, { keyLines: true });
  const lookup = sourceLookup(file);
  const frameworks = tableAt(document.root, 'dependencies');
  return Object.keys(frameworks).flatMap((framework) => {
    const rows = tableAt(frameworks, framework);
    return Object.keys(rows).flatMap((name): readonly SourceUse[] => {
      const row = rows[name];
      if (!isJsonObject(row) || textAt(row, 'type') === 'Project') return [];
      const digest = textAt(row, 'contentHash');
      const version = textAt(row, 'resolved');
      const addresses = lookup(name);
      return [
        {
          ...({
            kind: 'package',
            ecosystem: 'nuget',
            name,
            line: document.lineOfKey(rows, name) ?? 1,
          } as const),
          ...(version !== undefined && { version }),
          ...({ from: addresses.length === 0 ? 'unnamed' : 'registry', addresses } as const),
          integrity: digest === undefined ? [] : [`sha512-${digest}`],
        },
      ];
    });
  });
};

/** Reads project files: `PackageReference` and `PackageVersion`, and sources that they add. */
export const readProjectFile: OriginReader = (file) => {
  const root = readXml(file.path, file.bytes);
  const lookup = sourceLookup(file);
  const uses: SourceUse[] = [];
  for (const group of root.children) {
    for (const element of group.children) {
      const { line, text } = element;
      if (element.name === 'RestoreSources' || element.name === 'RestoreAdditionalProjectSources') {
        for (const one of text.split(';')) {
          const address = plainAddress(one.trim());
          if (address !== undefined)
            uses.push({
              kind: 'index',
              ecosystem: 'nuget',
              address,
              line,
              role: 'extra',
              key: element.name,
            });
        }
      }
      const name = element.attributes.get('Include') ?? element.attributes.get('Update');
      if (
        !/^Package(?:Reference|Version)$/u.test(element.name) ||
        name === undefined ||
        /[$@;]/u.test(name)
      )
        continue;
      const addresses = lookup(name);
      const from = addresses.length === 0 ? 'unnamed' : 'registry';
      uses.push({
        kind: 'package',
        ecosystem: 'nuget',
        name,
        line,
        isRequest: true,
        from,
        addresses,
      });
    }
  }
  return uses;
};
