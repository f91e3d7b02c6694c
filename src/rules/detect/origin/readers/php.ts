/**
 * `composer.json` and `composer.lock`.
 *
 * Source: Composer documentation, "The composer.json schema" (`repositories`, `config`) and
 * "Repositories": repositories are asked in their order, and the first one that has a package
 * answers, unless `canonical` is false.
 */

import {
  isJsonArray,
  isJsonObject,
  readJsoncDocument,
  type JsonDocument,
  type JsonObject,
} from '../../../../formats/text/json/json.ts';
import { isLocal, plainAddress } from '../address.ts';
import { lineOfText, tableAt, tablesAt, textAt } from '../text.ts';
import type { IndexUse, OriginReader, SourceUse } from '../use.ts';

const COMMIT = /^[0-9a-f]{40}$/u;
/** Answers behind all repositories of the file, unless `packagist.org` is false there. */
const DEFAULT_REPOSITORY = 'https://repo.packagist.org/';
const PLATFORM = /^(?:php(?:-.*)?|hhvm|(?:ext|lib)-.*|composer(?:-.*)?)$/u;

/** Reads `composer.lock`: archives come from `dist`, else from the repository of `source`. */
export const readComposerLock: OriginReader = ({ path, bytes }) => {
  const document = readJsoncDocument(path, bytes, { keyLines: true });
  return ['packages', 'packages-dev'].flatMap((section) =>
    tablesAt(document.root, section).flatMap((row): readonly SourceUse[] => {
      const [name, version] = [textAt(row, 'name') ?? '', textAt(row, 'version') ?? ''];
      const line = document.lineOfKey(row, 'name') ?? 1;
      const [dist, source] = [tableAt(row, 'dist'), tableAt(row, 'source')];
      if (textAt(dist, 'type') === 'path') return [];
      const chosen = textAt(dist, 'url') === undefined ? source : dist;
      const address = plainAddress(textAt(chosen, 'url') ?? '');
      const addresses = address === undefined ? [] : [address];
      const hasDigest = (textAt(dist, 'shasum') ?? '') !== '';
      const isPinned = hasDigest || COMMIT.test(textAt(chosen, 'reference') ?? '');
      const from = chosen === source ? 'git' : 'archive';
      const shared = {
        kind: 'package',
        ecosystem: 'packagist',
        name,
        version,
        line,
        addresses,
      } as const;
      return addresses.length === 0
        ? [{ ...shared, from: 'unnamed' }]
        : [{ ...shared, from, isPinned }];
    }),
  );
};

/** Reads `composer.json`. */
export const readComposerJson: OriginReader = ({ path, bytes, text }) => {
  const document = readJsoncDocument(path, bytes, { keyLines: true });
  const { root } = document;
  const repositories = repositoriesOf(root).flatMap((row) => repositoryUse(row, text));
  const indexes = repositories.flatMap(({ address, role }) => (role === 'scoped' ? [] : [address]));
  const addresses = hasPackagistOff(root) ? indexes : [...indexes, DEFAULT_REPOSITORY];
  const uses: SourceUse[] = [...repositories, ...disabledChecks(document)];
  for (const section of ['require', 'require-dev']) {
    const rows = tableAt(root, section);
    for (const name of Object.keys(rows)) {
      if (PLATFORM.test(name) || !name.includes('/')) continue;
      const line = document.lineOfKey(rows, name) ?? 1;
      const shared = {
        kind: 'package',
        ecosystem: 'packagist',
        name,
        line,
        isRequest: true,
      } as const;
      uses.push({ ...shared, from: 'unnamed', addresses, isOrdered: true });
    }
  }
  return uses;
};

function repositoryUse(row: JsonObject, text: string): readonly IndexUse[] {
  const type = textAt(row, 'type') ?? '';
  const url = textAt(row, 'url') ?? '';
  const address = plainAddress(url);
  if (address === undefined || isLocal(url)) return [];
  const written = text.includes(url) ? url : url.replaceAll('/', '\\/');
  const shared = {
    kind: 'index',
    ecosystem: 'packagist',
    address,
    line: lineOfText(text, written),
  } as const;
  const isExtra = row['canonical'] === false;
  const role = type === 'composer' ? (isExtra ? 'extra' : 'default') : 'scoped';
  return [{ ...shared, role, key: `repositories (${type})` }];
}

function disabledChecks({
  root,
  lineOfKey,
}: Pick<JsonDocument, 'root' | 'lineOfKey'>): readonly SourceUse[] {
  const config = tableAt(root, 'config');
  const settings = [
    ['secure-http', false, 'packages may come over plain HTTP'],
    ['disable-tls', true, 'packages come over plain HTTP'],
  ] as const;
  return settings
    .filter(([key, value]) => config[key] === value)
    .map(([key, value, effect]) => ({
      ...({ kind: 'disabled-check', line: lineOfKey(config, key) ?? 1 } as const),
      ...{ setting: `"${key}": ${String(value)}`, effect },
    }));
}

function repositoriesOf(root: JsonObject): readonly JsonObject[] {
  const value = root['repositories'];
  if (isJsonArray(value)) return value.filter(isJsonObject);
  return isJsonObject(value) ? Object.values(value).filter(isJsonObject) : [];
}

function hasPackagistOff(root: JsonObject): boolean {
  const value = root['repositories'];
  const rows = isJsonArray(value) ? value : [value];
  const names = ['packagist', 'packagist.org'];
  return rows.some((row) => isJsonObject(row) && names.some((name) => row[name] === false));
}
