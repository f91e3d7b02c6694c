/** `--file-patterns TYPE:PATTERN`: files that are read as of a type whatever they are called. */

import { AssayError } from '../../core/base/errors.ts';
import { didYouMean } from '../../core/base/did-you-mean.ts';
import { compileGoRegexp } from '../../core/base/go-regexp.ts';
import { CATALOGERS } from '../catalog/list.ts';
import type { SelectorTable } from '../collect/selector.ts';

/** Names in trivy of the formats that it shares with Assay. */
const TYPES: Readonly<Record<string, string>> = {
  pip: 'pypi/requirements',
  pipenv: 'pypi/pipfile-lock',
  poetry: 'pypi/poetry-lock',
  uv: 'pypi/uv-lock',
  pylock: 'pypi/pylock',
  npm: 'npm/package-lock',
  yarn: 'npm/yarn-lock',
  pnpm: 'npm/pnpm-lock',
  bun: 'npm/bun-lock',
  pom: 'maven/pom',
  gradle: 'maven/gradle-lockfile',
  sbt: 'maven/sbt-lock',
  jar: 'maven/jar',
  bundler: 'rubygems/gemfile-lock',
  composer: 'packagist/composer-lock',
  cargo: 'cargo/cargo-lock',
  gomod: 'go/go-mod',
  nuget: 'nuget/packages-lock',
  pub: 'pub/pubspec-lock',
  conan: 'conan/conan-lock',
  'mix-lock': 'hex/mix-lock',
  cocoapods: 'cocoapods/podfile-lock',
  swift: 'swift/package-resolved',
  julia: 'julia/manifest-toml',
  'conda-environment': 'conda/environment',
  'nuget-config': 'nuget/packages-config',
  'dotnet-core': 'nuget/deps-json',
  'packages-props': 'nuget/packages-props',
};

/** Formats of configuration, which no scanner here reads yet. */
const OF_LATER = new Set(
  'azure-arm cloudformation dockerfile helm kubernetes json terraform terraformplan yaml'.split(
    ' ',
  ),
);

/**
 * Returns a selector table that wants the files of the patterns as well.
 * @throws AssayError `USAGE` for a bad pattern
 */
export function withFilePatterns(table: SelectorTable, patterns: readonly string[]): SelectorTable {
  const rows = patterns.map(readPattern);
  return {
    ...table,
    headerNames: undefined,
    isPlain: (path) => table.isPlain(path) && !rows.some(({ matches }) => matches(path)),
    wantedBy: (path) => {
      const wanted = table.wantedBy(path);
      const more = rows.filter(({ id, matches }) => !wanted.includes(id) && matches(path));
      return more.length === 0 ? wanted : [...wanted, ...new Set(more.map(({ id }) => id))];
    },
  };
}

/**
 * Checks the values of `--file-patterns`.
 *
 * @throws AssayError `USAGE`
 */
export function checkFilePatterns(patterns: readonly string[]): void {
  patterns.forEach(readPattern);
}

function readPattern(text: string): {
  readonly id: string;
  readonly matches: (path: string) => boolean;
} {
  const colon = text.indexOf(':');
  const type = text.slice(0, Math.max(colon, 0));
  if (colon <= 0) {
    throw new AssayError('USAGE', `--file-patterns cannot be "${text}"`, {
      hint: String.raw`Write it as TYPE:PATTERN, as in pip:requirements-.*\.txt`,
    });
  }
  const id = Object.hasOwn(TYPES, type) ? (TYPES[type] ?? '') : type;
  if (!CATALOGERS.some((row) => row.id === id)) {
    if (OF_LATER.has(type)) {
      throw new AssayError('USAGE', `--file-patterns ${type}: is not available yet`, {
        hint: 'Configuration is not looked at yet: leave it out.',
      });
    }
    const names = [...Object.keys(TYPES), ...CATALOGERS.map((row) => row.id)];
    const near = didYouMean(type, names);
    throw new AssayError('USAGE', `--file-patterns: "${type}" is not a type of file`, {
      hint: `${near === undefined ? '' : `Did you mean "${near}"? `}Types: ${Object.keys(TYPES).join(', ')}, or the id of a reader.`,
    });
  }
  return { id, matches: compileGoRegexp(text.slice(colon + 1)) };
}
