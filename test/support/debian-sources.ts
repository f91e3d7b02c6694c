/** Files of Debian's source packages, from the places that the configuration of apt names. */

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const APT = '/etc/apt';

/** A file of the archive of a source package. */
export interface SourceFile {
  /** Where it is unpacked. */
  readonly file: string;
  /** The name of the source package. */
  readonly source: string;
  /** The path in the source, without its first directory, which has the version. */
  readonly path: string;
}

/** The files that are unpacked, and how the archives are fetched. */
export interface SourceOptions {
  /** Patterns with wildcards of tar. */
  readonly patterns: readonly string[];
  /**
   * Packages that one call of apt-get names; absent: 1. A call with an unknown name fetches
   * nothing.
   */
  readonly batch?: number;
}

/**
 * Fetches source packages into an empty directory. Packages that cannot be fetched are left out.
 */
export function debianSources(
  folder: string,
  packages: readonly string[],
  { patterns, batch = 1 }: SourceOptions,
): readonly SourceFile[] {
  const archives = path.join(folder, 'archives');
  const files = path.join(folder, 'files');
  mkdirSync(archives);
  mkdirSync(files);
  const run = (command: string, args: readonly string[]): void => {
    try {
      execFileSync(command, args, { cwd: archives, stdio: 'pipe', timeout: 120_000 });
    } catch {
      // A package whose description is gone has its archives nevertheless; what is missing is
      // counted by files.
    }
  };
  const options = sourceOptions(path.join(folder, 'apt'));
  run('apt-get', [...options, 'update']);
  for (let at = 0; at < packages.length; at += batch) {
    const names = packages.slice(at, at + batch);
    run('apt-get', [...options, 'source', '--download-only', '--tar-only', ...names]);
  }
  for (const name of readdirSync(archives).filter((one) => /\.orig.*\.tar\.\w+$/u.test(one))) {
    const to = path.join(files, name);
    mkdirSync(to);
    run('tar', ['-C', to, '-xf', name, '--wildcards', ...patterns]);
  }
  return readdirSync(files, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => {
      const file = path.join(one.parentPath, one.name);
      const [archive = '', , ...parts] = path.relative(files, file).split(path.sep);
      return { file, source: archive.replace(/_.*$/u, ''), path: parts.join('/') };
    });
}

/**
 * Writes a configuration of apt with the sources of the packages that the one of the system names;
 * returns its options.
 */
function sourceOptions(apt: string): readonly string[] {
  mkdirSync(path.join(apt, 'lists/partial'), { recursive: true });
  writeFileSync(path.join(apt, 'sources.list'), '');
  if (existsSync(`${APT}/sources.list`)) {
    const lines = readFileSync(`${APT}/sources.list`, 'utf8');
    writeFileSync(path.join(apt, 'sources.list'), lines.replaceAll(/^deb /gmu, 'deb-src '));
  }
  cpSync(`${APT}/sources.list.d`, path.join(apt, 'parts'), { recursive: true });
  for (const name of readdirSync(path.join(apt, 'parts'))) {
    const file = path.join(apt, 'parts', name);
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replaceAll(/^Types: deb$/gmu, 'Types: deb-src').replaceAll(/^deb /gmu, 'deb-src '),
    );
  }
  const settings = [
    `Dir::Etc::SourceList=${apt}/sources.list`,
    `Dir::Etc::SourceParts=${apt}/parts`,
    `Dir::State::Lists=${apt}/lists`,
    'APT::Sandbox::User=root',
  ];
  return [...settings.flatMap((one) => ['-o', one]), '-q'];
}
