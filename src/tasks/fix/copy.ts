/**
 * A copy of a project outside of the project. It holds manifests and lockfiles only, so that
 * nothing else of the project can run or be read: no configuration, no plugin, no script.
 */

import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { AssayError, errorMessage } from '../../core/base/errors.ts';
import { isMissing } from '../../core/base/exists.ts';
import { onForcedExit } from '../../core/base/forced-exit.ts';
import type { ProjectFile } from './project-files.ts';

/** A directory that is removed with {@link ProjectCopy.remove}, and when a signal ends the run. */
export interface ProjectCopy {
  /** Absolute, without symlinks. */
  readonly folder: string;
  /**
   * A directory beside it for settings of the package manager. It is not scanned, and removed with
   * the copy.
   */
  readonly aside: string;
  /** Writes files over those that are there. */
  write(files: readonly ProjectFile[]): Promise<void>;
  /** Returns the bytes of a file; `undefined` if it does not exist. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Writes a file that only the user can read into {@link ProjectCopy.aside}. */
  writeAside(name: string, bytes: Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

const PARENT = /(?:^|\/)\.\.(?:\/|$)/u;

/** Makes a copy. @throws AssayError `LIMIT_EXCEEDED` if it cannot be written, as on a full disk */
export async function createCopy(files: readonly ProjectFile[]): Promise<ProjectCopy> {
  const made = await withDiskErrors(() => mkdtemp(join(tmpdir(), 'assay-fix-')));
  const takeBack = onForcedExit(() => rmSync(made, { recursive: true, force: true }));
  const remove = async (): Promise<void> => {
    await rm(made, { recursive: true, force: true });
    takeBack();
  };
  try {
    const [folder, aside] = await withDiskErrors(async () => {
      const place = await realpath(made);
      const folders = [join(place, 'project'), join(place, 'aside')] as const;
      for (const path of folders) await mkdir(path, { mode: 0o700 });
      return folders;
    });
    const copy: ProjectCopy = {
      folder,
      aside,
      write: (some) => withDiskErrors(() => writeFiles(folder, some)),
      writeAside: (name, bytes) =>
        withDiskErrors(() => writeFile(join(aside, name), bytes, { mode: 0o600 })),
      async read(path) {
        try {
          return await readFile(join(folder, path));
        } catch (error) {
          if (isMissing(error)) return undefined;
          throw error;
        }
      },
      remove,
    };
    await copy.write(files);
    return copy;
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Runs work with a copy, and removes the copy. */
export async function withCopy<T>(
  files: readonly ProjectFile[],
  work: (copy: ProjectCopy) => Promise<T>,
): Promise<T> {
  const copy = await createCopy(files);
  try {
    return await work(copy);
  } finally {
    await copy.remove();
  }
}

async function writeFiles(folder: string, files: readonly ProjectFile[]): Promise<void> {
  for (const { path, bytes } of files) {
    if (path.startsWith('/') || PARENT.test(path))
      throw new RangeError(`"${path}" leaves the copy`);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

async function withDiskErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AssayError || error instanceof RangeError) throw error;
    throw new AssayError(
      'LIMIT_EXCEEDED',
      `the copy of the project cannot be written: ${errorMessage(error)}`,
      {
        hint: `Make room in "${tmpdir()}", or choose another directory with TMPDIR.`,
        cause: error,
      },
    );
  }
}
