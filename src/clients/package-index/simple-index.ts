/**
 * A client of Python package indexes: the files of a project, with their hashes.
 *
 * Source: Python Packaging User Guide, "Binary distribution format" and "Source distribution
 * format" for names of files. `simple-page.ts` reads the answers. A file whose name in the list
 * differs from that of its address counts under both, because installers read one or the other.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import { normalizePythonName } from '../../core/model/package/python-name.ts';
import { askIndex, type IndexAnswer } from './index-request.ts';
import type { PipConfig } from './pip-config.ts';
import { readSimplePage, SIMPLE_ACCEPT } from './simple-page.ts';

/** A file of a project. */
export interface IndexFile {
  /** Names of the file: of its address, and of the list where that differs. */
  readonly names: readonly string[];
  readonly digests: readonly Digest[];
}

/** The files of a project in one index. */
export interface IndexProject {
  /** Host of the index. */
  readonly from: string;
  readonly files: readonly IndexFile[];
}

/** A client for one run. Answers are not cached. */
export interface PythonIndexes {
  /** The files of a project at each configured index that has it, in their order. */
  projectsOf(name: string): Promise<readonly IndexProject[]>;
}

const NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/iu;
/** The largest projects of public indexes have some 20 MB. */
const MAX_PROJECT_BYTES = 128 * 1024 * 1024;

/**
 * Makes a client. It throws AssayError as `askIndex` does, `CONFIG_INVALID` if no index is
 * configured, `USAGE` for text that is no name of a project, and `DAMAGED` for an answer that
 * cannot be read.
 */
export function createPythonIndexes(config: PipConfig, context: Context): PythonIndexes {
  return {
    async projectsOf(name) {
      const projects: IndexProject[] = [];
      for (const index of indexesFor(config, name)) {
        const request = {
          url: new URL(`${normalizePythonName(name)}/`, index),
          accept: SIMPLE_ACCEPT,
          maxBytes: MAX_PROJECT_BYTES,
          accessTo: (url: URL) => config.accessTo(url),
          loginHint:
            'Write USER:PASSWORD and an at sign before the host in pip.conf, or use .netrc.',
        };
        const answer = await askIndex(request, context);
        if (answer !== undefined) projects.push({ from: index.host, files: filesOf(answer) });
      }
      return projects;
    },
  };
}

function indexesFor({ indexes }: PipConfig, name: string): readonly URL[] {
  if (!NAME.test(name)) {
    throw new AssayError('USAGE', `"${name}" is no name of a Python project`, {
      hint: 'A name has letters, digits, ".", "_" and "-".',
    });
  }
  if (indexes.length > 0) return indexes;
  throw new AssayError('CONFIG_INVALID', `no package index is configured for "${name}"`, {
    hint: 'Name one: pip config set global.index-url URL, or the variable PIP_INDEX_URL.',
  });
}

function filesOf(answer: IndexAnswer): readonly IndexFile[] {
  return readSimplePage(answer).files.map(({ fileName, otherName, digests }) => ({
    names: otherName === undefined ? [fileName] : [fileName, otherName],
    digests,
  }));
}

const WHEEL = /^(?<name>[^-]+)-(?<version>[^-]+)(?:-\d[^-]*)?-[^-]+-[^-]+-[^-]+\.whl$/u;
const SOURCE = /\.(?:tar\.gz|tgz|tar\.bz2|tbz|tar\.xz|txz|tar|zip)$/iu;
const MAX_NAME_CHARS = 1024;

/**
 * Returns the version of a project's file by its name; `undefined` for a file of another kind or
 * project.
 */
export function versionOfFile(fileName: string, project: string): string | undefined {
  if (fileName.length > MAX_NAME_CHARS) return undefined;
  const wanted = normalizePythonName(project);
  const { name, version } = WHEEL.exec(fileName)?.groups ?? {};
  if (name !== undefined) {
    return normalizePythonName(name) === wanted ? version?.replaceAll('_', '-') : undefined;
  }
  if (!SOURCE.test(fileName)) return undefined;
  const stem = fileName.replace(SOURCE, '');
  for (let dash = stem.indexOf('-'); dash >= 0; dash = stem.indexOf('-', dash + 1)) {
    if (normalizePythonName(stem.slice(0, dash)) === wanted) return stem.slice(dash + 1);
  }
  return undefined;
}
