/**
 * Bundler: a `Gemfile` without a lockfile, which is edited. Bundler is not started, because it runs
 * the file as a program.
 */

import { join } from 'node:path';

import { directoryOf } from '../../../../core/base/artifact-path.ts';
import { exists } from '../../../../core/base/exists.ts';
import type { FixProject, Manager, ProjectPlace } from '../../manager.ts';
import { pathIn, readProjectFile } from '../../project-files.ts';
import { editedProject } from '../edited/edited-project.ts';
import { utf8File } from '../edited/text-file.ts';
import type { VersionUse } from '../edited/version-use.ts';
import { gemPins } from './gem-statements.ts';

/** Projects of Bundler. */
export const bundler: Manager = { openProject };

const LOCKS = ['Gemfile.lock', 'gems.locked'];

async function openProject({ root, path }: ProjectPlace): Promise<FixProject> {
  const file = await readProjectFile(root, path);
  const text = utf8File(file);
  const directory = directoryOf(path);
  const locks: string[] = [];
  for (const name of LOCKS) {
    if (await exists(join(root, directory, name))) locks.push(pathIn(directory, name));
  }
  const [lock] = locks;
  const refusal =
    lock === undefined
      ? `"${path}" cannot be edited: it is not UTF-8`
      : `"${path}" is not edited beside "${lock}", which Bundler writes and which is not started: edit "${path}", and run bundle lock`;
  const uses = (text === undefined ? [] : gemPins(text.text)).map(
    ({ name, version, range, written, statement }): VersionUse => {
      const place = { path, section: 'gem', name, written };
      return {
        name,
        version,
        manifest: path,
        source: { ...place, range },
        request: { ...place, range: statement },
      };
    },
  );
  return editedProject({
    path,
    files: text === undefined ? [] : [text],
    uses,
    notes: [],
    read: (_, edited) => gemPins(edited),
    ...((text === undefined || lock !== undefined) && { refusal }),
  });
}
