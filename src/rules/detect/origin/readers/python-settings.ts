/**
 * Manifests of Python projects.
 *
 * Source: uv documentation, "Package indexes"; Poetry documentation, "Repositories"; Pipenv
 * documentation, "Specifying package indexes"; PDM documentation, "Configure the package indexes".
 * PDM asks all indexes for each name and takes the highest version, so that each of them answers.
 */

import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../../formats/text/json/json.ts';
import { readToml } from '../../../../formats/text/toml.ts';
import { isLocal, plainAddress } from '../address.ts';
import { lineOfText, tableAt, tablesAt, textAt, textsAt } from '../text.ts';
import type { OriginReader, SourceUse } from '../use.ts';
import { addressed, indexed, indexOf, readRequirement, type Answers } from './python-use.ts';

const UNVERIFIED = 'certificates of these hosts are not verified';

/** Reads `uv.toml`. */
export const readUvToml: OriginReader = ({ path, bytes, text }) =>
  uvIndexes(readToml(path, bytes).root, text);

function uvIndexes(table: JsonObject, text: string): readonly SourceUse[] {
  const uses: SourceUse[] = [];
  const line = (needle: string): number => lineOfText(text, needle);
  const strategy = textAt(table, 'index-strategy') ?? textAt(table['pip'], 'index-strategy');
  // uv takes a package from the first index that has it, unless a strategy asks for the best
  // version of all.
  const further = strategy?.startsWith('unsafe') === true ? 'extra' : 'default';
  for (const row of tablesAt(table, 'index')) {
    const url = textAt(row, 'url');
    if (url === undefined || isLocal(url)) continue;
    const role =
      row['explicit'] === true ? 'scoped' : row['default'] === true ? 'default' : further;
    uses.push(...indexOf(url, line(url), role, 'index'));
  }
  for (const [key, role] of [
    ['index-url', 'default'],
    ['extra-index-url', further],
    ['find-links', further],
  ] as const) {
    for (const url of [...textsAt(table, key), ...textsAt(table['pip'], key)]) {
      if (!isLocal(url)) uses.push(...indexOf(url, line(url), role, key));
    }
  }
  if (strategy?.startsWith('unsafe') === true) {
    const effect = 'the highest version of any index is taken, as pip does';
    uses.push({
      kind: 'disabled-check',
      line: line('index-strategy'),
      setting: `index-strategy = "${strategy}"`,
      effect,
    });
  }
  const hosts = [
    ...textsAt(table, 'allow-insecure-host'),
    ...textsAt(table['pip'], 'allow-insecure-host'),
  ];
  for (const host of hosts) {
    const setting = `allow-insecure-host ${host}`;
    uses.push({
      kind: 'disabled-check',
      line: line('allow-insecure-host'),
      setting,
      effect: UNVERIFIED,
    });
  }
  return uses;
}

/** Reads `pyproject.toml`: the sections of the project, and of uv, Poetry and PDM. */
export const readPyproject: OriginReader = (file) => {
  const { path, bytes, text } = file;
  const { root } = readToml(path, bytes);
  const tool = tableAt(root, 'tool');
  const uv = tableAt(tool, 'uv');
  const poetry = tableAt(tool, 'poetry');
  const uses: SourceUse[] = [...uvIndexes(uv, text)];
  const named = new Map<string, string>();
  for (const row of tablesAt(uv, 'index'))
    named.set(textAt(row, 'name') ?? '', textAt(row, 'url') ?? '');
  for (const row of tablesAt(poetry, 'source')) {
    const [url, priority] = [textAt(row, 'url'), textAt(row, 'priority')];
    if (url === undefined) continue;
    named.set(textAt(row, 'name') ?? '', url);
    const isFirst =
      row['default'] === true ||
      priority === 'default' ||
      priority === 'primary' ||
      priority === undefined;
    const role =
      priority === 'explicit'
        ? 'scoped'
        : isFirst && row['secondary'] !== true
          ? 'default'
          : 'extra';
    uses.push(...indexOf(url, lineOfText(text, url), role, 'tool.poetry.source'));
  }
  uses.push(...namedSources(tablesAt(tableAt(tool, 'pdm'), 'source'), text));
  for (const row of tablesAt(tableAt(tool, 'pdm'), 'source'))
    named.set(textAt(row, 'name') ?? '', textAt(row, 'url') ?? '');
  const isSole = (role: string): readonly string[] =>
    uses.flatMap((use) => (use.kind === 'index' && use.role === role ? [use.address] : []));
  const answers = answersOf(uv, poetry, [...isSole('default'), ...isSole('extra')]);
  uses.push(...projectRequirements(root, tableAt(uv, 'sources'), { text, named, answers }));
  uses.push(...poetryRequirements(poetry, { text, named, answers }));
  return uses;
};

/**
 * uv asks its indexes in their order, with the default one at the end; the others take the best
 * version of all.
 */
function answersOf(uv: JsonObject, poetry: JsonObject, addresses: readonly string[]): Answers {
  const isUv = tablesAt(uv, 'index').length > 0;
  const defaults = tablesAt(uv, 'index').filter((row) => row['default'] === true);
  const last = defaults.flatMap((row) => plainAddress(textAt(row, 'url') ?? '') ?? []);
  const ordered = [...addresses.filter((one) => !last.includes(one)), ...last];
  const strategy = textAt(uv, 'index-strategy') ?? '';
  const isClosed =
    last.length > 0 || textAt(uv, 'index-url') !== undefined || (!isUv && closesPoetry(poetry));
  return {
    addresses: ordered,
    ...(isUv && !strategy.startsWith('unsafe') && { isOrdered: true }),
    ...(!isClosed && { mayBeDefault: true }),
  };
}

/** A primary source of Poetry takes the place of the default one. */
function closesPoetry(poetry: JsonObject): boolean {
  return tablesAt(poetry, 'source').some((row) => {
    const priority = textAt(row, 'priority');
    return priority === undefined
      ? row['secondary'] !== true
      : priority === 'primary' || priority === 'default';
  });
}

interface Around {
  readonly text: string;
  /** Addresses of indexes by name. */
  readonly named: ReadonlyMap<string, string>;
  readonly answers: Answers;
}

function projectRequirements(
  root: JsonObject,
  sources: JsonObject,
  { text, named, answers }: Around,
): readonly SourceUse[] {
  const project = tableAt(root, 'project');
  const optional = tableAt(project, 'optional-dependencies');
  const groups = tableAt(root, 'dependency-groups');
  const all = [
    ...textsAt(project, 'dependencies'),
    ...Object.keys(optional).flatMap((key) => textsAt(optional, key)),
    ...Object.keys(groups).flatMap((key) => textsAt(groups, key)),
    ...textsAt(tableAt(root, 'build-system'), 'requires'),
  ];
  return all.flatMap((written): readonly SourceUse[] => {
    const requirement = readRequirement(written);
    if (requirement === undefined) return [];
    const { name, address } = requirement;
    const pkg = { name, line: lineOfText(text, written), isRequest: true } as const;
    if (address !== undefined) return addressed(pkg, address);
    return sourced(pkg, sources[name], { text, named, answers });
  });
}

/** Returns a package whose source a table of the tool names. */
function sourced(
  pkg: { readonly name: string; readonly line: number; readonly isRequest: true },
  source: JsonValue | undefined,
  { named, answers }: Around,
): readonly SourceUse[] {
  const one = Array.isArray(source) ? (source as readonly JsonValue[])[0] : source;
  if (!isJsonObject(one)) return [indexed(pkg, answers)];
  const [git, url, index] = [
    textAt(one, 'git'),
    textAt(one, 'url'),
    textAt(one, 'index') ?? textAt(one, 'source'),
  ];
  if (git !== undefined) return addressed(pkg, gitAddress(git, textAt(one, 'rev')));
  if (url !== undefined) return addressed(pkg, url);
  if (one['path'] !== undefined || one['workspace'] === true) return [];
  const address = index === undefined ? undefined : named.get(index);
  if (address === undefined) return [indexed(pkg, answers)];
  return [
    indexed(pkg, { addresses: indexOf(address, pkg.line, 'scoped', '').map((use) => use.address) }),
  ];
}

function poetryRequirements(poetry: JsonObject, around: Around): readonly SourceUse[] {
  const groups = tableAt(poetry, 'group');
  const tables = [
    tableAt(poetry, 'dependencies'),
    tableAt(poetry, 'dev-dependencies'),
    ...Object.keys(groups).map((key) => tableAt(groups, key, 'dependencies')),
  ];
  return tables.flatMap((table) =>
    Object.keys(table)
      .filter((name) => name !== 'python')
      .flatMap((name) =>
        sourced({ name, line: keyLine(around.text, name), isRequest: true }, table[name], around),
      ),
  );
}

/** Reads `Pipfile`. */
export const readPipfile: OriginReader = ({ path, bytes, text }) => {
  const { root } = readToml(path, bytes);
  const rows = tablesAt(root, 'source');
  const uses: SourceUse[] = [...namedSources(rows, text)];
  const named = new Map(rows.map((row) => [textAt(row, 'name') ?? '', textAt(row, 'url') ?? '']));
  const [first] = rows;
  // Pipenv takes a package from the first source unless the package names another one.
  const answers = {
    addresses: indexOf(textAt(first, 'url') ?? '', 1, 'default', '').map((use) => use.address),
  };
  for (const section of ['packages', 'dev-packages']) {
    const table = tableAt(root, section);
    for (const name of Object.keys(table)) {
      const pkg = { name, line: keyLine(text, name), isRequest: true } as const;
      uses.push(...sourced(pkg, withRevision(table[name]), { text, named, answers }));
    }
  }
  return uses;
};

/** Pipenv calls the commit `ref`. */
function withRevision(row: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(row) || typeof row['ref'] !== 'string') return row;
  return { ...row, rev: row['ref'] };
}

function keyLine(text: string, name: string): number {
  const found = new RegExp(`^[ \\t]*"?${name.replaceAll(/[^\w-]/gu, '.')}"?[ \\t]*=`, 'mu').exec(
    text,
  );
  return found === null ? lineOfText(text, name) : text.slice(0, found.index).split('\n').length;
}

function namedSources(rows: readonly JsonObject[], text: string): readonly SourceUse[] {
  return rows.flatMap((row, position): readonly SourceUse[] => {
    const url = textAt(row, 'url');
    if (url === undefined) return [];
    const line = lineOfText(text, url);
    const isOff = row['verify_ssl'] === false;
    const role = position === 0 || textAt(row, 'name') === 'pypi' ? 'default' : 'scoped';
    return [
      ...indexOf(url, line, role, 'source'),
      ...(isOff
        ? [
            {
              kind: 'disabled-check',
              line,
              setting: 'verify_ssl = false',
              effect: 'the certificate of this index is not verified',
            } as const,
          ]
        : []),
    ];
  });
}

/** Returns the address of a repository in the form of pip. */
export function gitAddress(url: string, commit: string | undefined): string {
  const prefixed = /^git[+@]/u.test(url) ? url : `git+${url}`;
  return commit === undefined ? prefixed : `${prefixed}#${commit}`;
}
