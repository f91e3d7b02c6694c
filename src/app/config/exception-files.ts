/** Ignore files and VEX documents, as the flags name them. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { readBoundedFile, type FileBounds } from '../../core/base/bounded-file.ts';
import { AssayError, errnoOf, errorMessage, ParseError } from '../../core/base/errors.ts';
import type { ExceptionFile } from '../../scan/policy/exceptions/exception.ts';
import type { PolicyOptions } from '../../scan/policy/options.ts';
import type { VexDocument } from '../../scan/policy/vex/statement.ts';
import type { Overrides } from '../../advisories/base/overrides.ts';
import type { ConfiguredRun } from './configured-run.ts';
import { implicitConfig, readsImplicitFiles } from './implicit-config.ts';
import { openOverrides, USUAL_OVERRIDE_FILE } from './override-file.ts';

/** A quarter of a million exceptions, each an id on a line. */
const MAX_IGNORE_BYTES = 4 * 1024 * 1024;
/** Red Hat's largest document on one CVE has some 30 MB. */
const MAX_VEX_BYTES = 64 * 1024 * 1024;

/** Read where no flag names others, each where it is there. */
export const DEFAULT_IGNORE_FILES = [
  '.trivyignore',
  '.trivyignore.yaml',
  '.assayignore',
  '.assayignore.yaml',
] as const;
/** Files of other tools: read if a flag names them. */
const OTHER_IGNORE_FILES = ['.grype.yaml', 'osv-scanner.toml'];
/**
 * Files that are read or mentioned where no flag names them. Without one, and without a flag, a run
 * has no exceptions.
 */
export const USUAL_EXCEPTION_FILES = [
  ...DEFAULT_IGNORE_FILES,
  ...OTHER_IGNORE_FILES,
  USUAL_OVERRIDE_FILE,
];
/** Flags that name such files. */
export const EXCEPTION_FLAGS = [
  { name: 'ignorefile' },
  { name: 'overrides' },
  { name: 'vex' },
] as const;

type Surroundings = Pick<ConfiguredRun, 'flags' | 'io' | 'context'>;

/** An ignore file with its bytes, so that it can be edited. */
export interface OpenedIgnoreFile {
  /** The path as the user wrote it. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly file: ExceptionFile;
}

/** The part of a gate that is read from files of its own. */
export type ExceptionOptions = Pick<
  PolicyOptions,
  'ignore' | 'ignoreProblems' | 'vex' | 'overrides' | 'implicit'
>;

/** Exceptions, with the corrections that advisories are read with. */
export interface Exceptions {
  readonly options: ExceptionOptions;
  readonly overrides?: Overrides;
}

/** The purpose for which exceptions are read. */
export interface ExceptionUse {
  /** Whether images are scanned, for which VEX documents can be attested. */
  readonly scansImages: boolean;
}

/** No exceptions. Where nothing is matched none is of use, and none may be called stale. */
export const NO_EXCEPTIONS: Exceptions = { options: { ignore: [] } };

/**
 * Reads ignore files and VEX documents.
 * @throws AssayError `CONFIG_INVALID` for a file that is named and not there, or cannot be read;
 * `USAGE`
 */
export async function readExceptionFiles(
  session: ConfiguredRun,
  use: ExceptionUse = { scansImages: false },
): Promise<Exceptions> {
  const files = await openIgnoreFiles(session);
  if (files.length === 0) mentionOthers(session);
  const corrections = await openOverrides(session);
  const implicit = [
    implicitConfig(session) ?? [],
    isNamed(session) ? [] : files.map(({ path }) => ({ path, kind: 'exceptions' as const })),
    corrections?.isImplicit === true
      ? { path: corrections.path, kind: 'corrections' as const }
      : [],
  ].flat();
  const options = {
    ignore: files.flatMap(({ file }) => file.entries),
    ignoreProblems: [
      ...files.flatMap(({ file }) => file.problems),
      ...(corrections?.problems ?? []),
    ],
    vex: await readVexFiles(session, use),
    ...(corrections !== undefined && { overrides: corrections.entries }),
    ...(implicit.length > 0 && { implicit }),
  };
  return { options, ...(corrections !== undefined && { overrides: corrections.overrides }) };
}

/** Returns whether flags, variables or a configuration name the ignore files. */
function isNamed({ flags }: Surroundings): boolean {
  return flags.all('ignorefile').length > 0;
}

/**
 * Opens the files of `--ignorefile`, or the existing ones of the usual names. @throws AssayError
 * `CONFIG_INVALID` @throws AssayError `CONFIG_INVALID`
 */
export async function openIgnoreFiles(session: Surroundings): Promise<readonly OpenedIgnoreFile[]> {
  const given = session.flags.all('ignorefile');
  if (given.length === 0 && !readsImplicitFiles(session.flags)) {
    sayPassedOver(session);
    return [];
  }
  const files: OpenedIgnoreFile[] = [];
  for (const path of given.length > 0 ? given : DEFAULT_IGNORE_FILES) {
    const isRequired = given.length > 0 && !isDefaultOfTrivy(session, path);
    const file = await openIgnoreFile(session, path, isRequired);
    if (file !== undefined) files.push(file);
  }
  return files;
}

/**
 * Returns whether the path is trivy's default: a `trivy.yaml` that trivy has generated names the
 * file that trivy reads if it is there.
 */
function isDefaultOfTrivy({ flags }: Surroundings, path: string): boolean {
  const from = flags.from('ignorefile');
  return path === '.trivyignore' && (from === 'trivy.yaml' || from === 'TRIVY');
}

/** Logs the ignore files that have no effect because of a named configuration. */
function sayPassedOver({ io, context }: Surroundings): void {
  const there = DEFAULT_IGNORE_FILES.filter((name) => existsSync(resolve(io.cwd, name)));
  if (there.length === 0) return;
  context.log.warn(
    `not read, as -c names the configuration: ${there.join(', ')}; --ignorefile FILE reads one`,
  );
}

/**
 * Returns one ignore file; `undefined` where it is not there and need not be. @throws AssayError
 * `CONFIG_INVALID`
 */
export async function openIgnoreFile(
  { io, context }: Pick<ConfiguredRun, 'io' | 'context'>,
  path: string,
  isRequired: boolean,
): Promise<OpenedIgnoreFile | undefined> {
  const full = resolve(io.cwd, path);
  if (!isRequired && !existsSync(full)) return undefined;
  const bytes = await readFileOrExplain(full, path, {
    what: 'ignore file',
    maxBytes: MAX_IGNORE_BYTES,
    // Lines of it are shown in messages.
    ...(!isRequired && { within: io.cwd }),
  });
  // Readers of YAML and TOML are more than all that a scan without such a file loads.
  const { readExceptions } = await import('../../scan/policy/exceptions/read-exceptions.ts');
  return { path, bytes, file: asConfig(() => readExceptions(path, bytes, context.now())) };
}

/** Logs once which files of other tools are present and have no effect. */
function mentionOthers({ io, context }: Surroundings): void {
  const there = OTHER_IGNORE_FILES.filter((name) => existsSync(resolve(io.cwd, name)));
  for (const name of there) {
    context.log.info(`exceptions of ${name} are read where --ignorefile ${name} is given`);
  }
}

/** Sources that trivy supports besides files. */
const PLANNED_VEX = new Map([
  ['repo', 'VEX repositories'],
  ['sbom-ref', 'VEX documents that a bill of materials refers to'],
]);
/** The value of `--vex` for documents that are attested for an image. */
const ATTESTED_VEX = 'oci';

/** Returns whether `--vex` requests documents that are attested for the scanned images. */
export function wantsAttestedVex({ flags }: Pick<Surroundings, 'flags'>): boolean {
  return flags.list('vex').includes(ATTESTED_VEX);
}

/**
 * @throws AssayError `USAGE` for what is not available yet, `CONFIG_INVALID` for a file that cannot
 * be read.
 */
async function readVexFiles(
  { flags, io, context }: Surroundings,
  { scansImages }: ExceptionUse,
): Promise<readonly VexDocument[]> {
  const documents: VexDocument[] = [];
  for (const path of flags.list('vex')) {
    if (path === ATTESTED_VEX) {
      if (scansImages) continue;
      throw new AssayError('USAGE', '--vex oci is for scans of images, and no image is scanned', {
        hint: 'Use it with "assay image" or "assay push", or name files: --vex vex.json. A file of that name: --vex ./oci',
      });
    }
    const planned = PLANNED_VEX.get(path);
    if (planned !== undefined) {
      throw new AssayError('USAGE', `--vex ${path}: ${planned} are not read yet, and come later`, {
        hint: `Name files: --vex vex.json. A file of that name: --vex ./${path}`,
      });
    }
    const bytes = await readFileOrExplain(resolve(io.cwd, path), path, {
      what: 'VEX document',
      maxBytes: MAX_VEX_BYTES,
    });
    const { readVex } = await import('../../scan/policy/vex/read-vex.ts');
    documents.push(asConfig(() => readVex(path, bytes, context.now())));
  }
  return documents;
}

/**
 * Reports an unreadable file of the user's as an error of the configuration: nothing was scanned.
 */
function asConfig<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new AssayError('CONFIG_INVALID', error.message, {
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    });
  }
}

interface FileKind extends FileBounds {
  /** The kind of file, for messages. */
  readonly what: string;
}

async function readFileOrExplain(
  path: string,
  shown: string,
  { what, ...bounds }: FileKind,
): Promise<Uint8Array> {
  try {
    return await readBoundedFile(path, bounds);
  } catch (error) {
    const message =
      errnoOf(error) === 'ENOENT'
        ? `there is no ${what} "${shown}"`
        : `cannot read the ${what} "${shown}": ${errorMessage(error)}`;
    throw new AssayError('CONFIG_INVALID', message, {
      hint: `It was looked for at "${path}".`,
      cause: error,
    });
  }
}
