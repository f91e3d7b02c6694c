/**
 * Resolves requirements of Python: the hashes of all files that the user's own package indexes have
 * of a version, so that pip can choose the one for the machine and still refuses every other.
 *
 * Source: pip documentation, "Secure installs" (hash-checking mode). Refused: a file that two
 * indexes give with different hashes.
 */

import { AssayError } from '../../core/base/errors.ts';
import type { Context } from '../../core/base/context.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import { loadPipConfig } from '../../clients/package-index/pip-config.ts';
import {
  createPythonIndexes,
  versionOfFile,
  type IndexFile,
  type IndexProject,
  type PythonIndexes,
} from '../../clients/package-index/simple-index.ts';
import { satisfies } from '../../core/version/index.ts';
import { RefusedReference, resultOf } from './resolution-problem.ts';
import type {
  MakeResolver,
  ReferenceQuestion,
  Resolution,
  ResolutionNote,
  ResolutionResult,
  Resolver,
} from './resolvers.ts';

const REQUIREMENT =
  /^(?<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?<extras>\[[^\]]*\])?\s*(?<operator>={2,3})\s*(?<version>[^\s;,*]+)(?<rest>(?:[\s;\\][^]*)?)$/u;
const HASH = /--hash[= ](?<algorithm>[a-z0-9]+):(?<hex>[0-9a-f]+)/gu;
/** Algorithms that pip takes, the one to be written first. */
const ACCEPTED = ['sha256', 'sha512'] as const;

/** Makes the resolver of Python requirements. */
export const makeRequirementResolver: MakeResolver = ({ env }) => new RequirementResolver(env);

class RequirementResolver implements Resolver {
  readonly #env: Readonly<Record<string, string | undefined>>;
  #indexes: Promise<PythonIndexes> | undefined;
  readonly #projects = new Map<string, Promise<readonly IndexProject[]>>();

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  resolve(question: ReferenceQuestion, context: Context): Promise<ResolutionResult> {
    return resultOf(this.#resolve(question, context));
  }

  async #resolve({ value, mode }: ReferenceQuestion, context: Context): Promise<Resolution> {
    const {
      name,
      extras = '',
      operator = '==',
      version,
      rest = '',
    } = REQUIREMENT.exec(value)?.groups ?? {};
    if (name === undefined || version === undefined) throw noPin(value);
    const projects = await this.#projectsOf(name, context);
    if (projects.length === 0) throw notFound(`no configured package index has "${name}"`);
    const files = filesOf(projects, name, version);
    if (files.length === 0) throw notFound(`no configured package index has ${name}==${version}`);
    const hashes = [...new Set(files.flatMap(({ file }) => bestDigest(file) ?? []))].sort();
    if (hashes.length === 0) throw withoutHashes(name, version, files.length);
    const written = [...rest.matchAll(HASH)].map(
      ({ groups }) => `${groups?.['algorithm'] ?? ''}:${groups?.['hex'] ?? ''}`,
    );
    const notes = notesOf(`${name}==${version}`, files, written);
    const listed = mode === 'update' ? withWritten(`${name}==${version}`, hashes, written) : hashes;
    const digest = listed.join(' ');
    const flags = listed.map((hash) => ` --hash=${hash}`).join('');
    const hosts = [...new Set(files.map(({ from }) => from))].join(', ');
    const behind = rest.replace(/[\s\\]*--hash[^]*$/u, '').trimEnd();
    const pinned = `${name}${extras}${operator}${version}${behind}${flags}`;
    return { pinned, digest, source: hosts, notes };
  }

  async #projectsOf(name: string, context: Context): Promise<readonly IndexProject[]> {
    this.#indexes ??= loadPipConfig(this.#env).then((config) =>
      createPythonIndexes(config, context),
    );
    const indexes = await this.#indexes;
    const known = this.#projects.get(name);
    if (known !== undefined) return known;
    const asking = indexes.projectsOf(name);
    this.#projects.set(name, asking);
    return asking;
  }
}

interface FoundFile {
  readonly file: IndexFile;
  readonly from: string;
}

/** @throws RefusedReference where two indexes give one file with different hashes */
function filesOf(
  projects: readonly IndexProject[],
  name: string,
  version: string,
): readonly FoundFile[] {
  const found: FoundFile[] = [];
  const byName = new Map<string, FoundFile>();
  for (const { from, files } of projects) {
    for (const file of files) {
      if (!file.names.some((one) => isOfVersion(one, name, version))) continue;
      for (const one of file.names) {
        const other = byName.get(one);
        if (other !== undefined && contradicts(file, other.file)) throw differing(one, from, other);
        byName.set(one, { file, from });
      }
      found.push({ file, from });
    }
  }
  return found;
}

function isOfVersion(fileName: string, name: string, version: string): boolean {
  const own = versionOfFile(fileName, name);
  if (own === undefined) return false;
  // Versions from before PEP 440 are equal as texts alone.
  return own === version || satisfies('pypi', own, `==${version}`) === true;
}

function contradicts(a: IndexFile, b: IndexFile): boolean {
  return ACCEPTED.some((algorithm) => {
    const [one, other] = [a, b].map((file) =>
      file.digests.find((digest) => digest.startsWith(`${algorithm}:`)),
    );
    return one !== undefined && other !== undefined && one !== other;
  });
}

function bestDigest({ digests }: IndexFile): Digest | undefined {
  for (const algorithm of ACCEPTED) {
    const digest = digests.find((one) => one.startsWith(`${algorithm}:`));
    if (digest !== undefined) return digest;
  }
  return undefined;
}

function notesOf(
  what: string,
  files: readonly FoundFile[],
  written: readonly string[],
): readonly ResolutionNote[] {
  const listed = new Set(files.flatMap(({ file }) => file.digests as readonly string[]));
  const gone = written.filter((hash) => !listed.has(hash));
  const without = files.filter(({ file }) => bestDigest(file) === undefined).length;
  return [
    ...gone.map((hash): ResolutionNote => ({
      id: 'gone',
      message: `no file of ${what} has ${hash}`,
    })),
    ...(without === 0
      ? []
      : [
          {
            id: 'incomplete' as const,
            message: `${without} of ${files.length} files of ${what} have no hash that pip accepts`,
          },
        ]),
  ];
}

/**
 * Returns the hashes of an update: those of new files in front of the written ones.
 *
 * @throws RefusedReference if files were replaced, which an index never does to a version
 */
function withWritten(
  what: string,
  hashes: readonly string[],
  written: readonly string[],
): readonly string[] {
  const added = hashes.filter((hash) => !written.includes(hash));
  const algorithms = new Set(hashes.map((hash) => hash.slice(0, hash.indexOf(':'))));
  const comparable = written.filter((hash) => algorithms.has(hash.slice(0, hash.indexOf(':'))));
  const gone = comparable.filter((hash) => !hashes.includes(hash));
  // Other algorithms name the same files.
  if (comparable.length === 0) return written;
  if (gone.length === 0 || added.length === 0) return [...added, ...written];
  throw new RefusedReference('refused', {
    id: 'replaced-files',
    message: `${gone.length} pinned hashes of ${what} are gone and ${added.length} are new: files of the version were replaced`,
    advice: 'Find out why. The pinned hashes stay, and pip refuses the new files.',
  });
}

function noPin(value: string): RefusedReference {
  return new RefusedReference('unresolved', {
    id: 'not-a-reference',
    message: `"${value}" names no single version`,
    advice: 'Write it as name==1.2.3.',
  });
}

function notFound(message: string): AssayError {
  return new AssayError('NOT_FOUND', message, {
    hint: 'Check the spelling, and the indexes that pip config list shows.',
  });
}

function withoutHashes(name: string, version: string, count: number): RefusedReference {
  return new RefusedReference('unresolved', {
    id: 'no-hash',
    message: `the package index has no hash that pip accepts for the ${count} files of ${name}==${version}`,
    advice: 'Use an index that lists SHA-256 hashes.',
  });
}

function differing(file: string, from: string, other: FoundFile): RefusedReference {
  return new RefusedReference('refused', {
    id: 'differing-hashes',
    message: `"${file}" has other bytes at ${from} than at ${other.from}`,
    advice: 'Decide which index the package comes from, and leave the other one out.',
  });
}
