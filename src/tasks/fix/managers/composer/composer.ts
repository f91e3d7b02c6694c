/**
 * Composer: a `composer.json` without a lockfile, which is edited. Composer is not started, because
 * it runs plugins and scripts of the project.
 *
 * Source: the Composer documentation, "The composer.json schema" and "Versions and constraints".
 */

import { join } from 'node:path';

import { directoryOf } from '../../../../core/base/artifact-path.ts';
import { textOf } from '../../../../formats/bytes/byte-range.ts';
import { exists } from '../../../../core/base/exists.ts';
import { readJson } from '../../../../formats/text/json/json.ts';
import { jsonStrings } from '../../../../formats/text/json/json-strings.ts';
import type { FixProject, Manager, ProjectPlace } from '../../manager.ts';
import { pathIn, readProjectFile } from '../../project-files.ts';
import { memberRange } from '../javascript/edit-manifest.ts';
import { editedProject } from '../edited/edited-project.ts';
import { utf8File, type TextChange, type TextFile } from '../edited/text-file.ts';
import type { VersionPlace, VersionUse } from '../edited/version-use.ts';

/** Projects of Composer. */
export const composer: Manager = { openProject };

const SECTIONS: ReadonlySet<unknown> = new Set(['require', 'require-dev']);
const PIN = /^[=\s]*v?(?<version>\d[^\s@#*,|^~<>]*)(?:@\w+)?\s*$/u;

async function openProject({ root, path }: ProjectPlace): Promise<FixProject> {
  const file = await readProjectFile(root, path);
  const text = utf8File(file);
  const lock = pathIn(directoryOf(path), 'composer.lock');
  const isLocked = await exists(join(root, lock));
  const refusal = isLocked
    ? `"${path}" is not edited beside "${lock}", which Composer writes and which is not started: run composer require`
    : `"${path}" cannot be edited: it is not UTF-8`;
  return editedProject({
    path,
    files: text === undefined ? [] : [text],
    uses: text === undefined ? [] : pinsIn(text),
    notes: [],
    read: (one, edited) => readJson(one, Buffer.from(edited)),
    removalOf: memberOf,
    ...((text === undefined || isLocked) && { refusal }),
  });
}

/** Values with escapes have no place, because the version is not written as it reads. */
function pinsIn({ path, bytes, text }: TextFile): readonly VersionUse[] {
  const found = new Map<string, VersionUse>();
  for (const { path: keys, isName, value, range } of jsonStrings(bytes)) {
    const [section, name] = keys;
    if (isName || keys.length !== 2 || !SECTIONS.has(section) || typeof name !== 'string') continue;
    const version = PIN.exec(value)?.groups?.['version'];
    // A later member of the same name counts.
    found.delete(`${String(section)}\0${name}`);
    if (version === undefined) continue;
    const from = lengthOf(bytes, range.start);
    const to = lengthOf(bytes, range.end);
    const isPlain = text.slice(from + 1, to - 1) === value;
    const at = 1 + value.indexOf(version);
    const place = { path, section: String(section), name, written: value };
    const whole = { ...place, range: { start: from, end: to } };
    found.set(`${String(section)}\0${name}`, {
      name,
      version,
      manifest: path,
      source: isPlain
        ? { ...place, range: { start: from + at, end: from + at + version.length } }
        : { blocked: `the version of ${name} is written with escapes in "${path}"` },
      request: whole,
    });
  }
  return [...found.values()];
}

/** Returns the member of a request, with its comma. */
function memberOf({ path, bytes }: TextFile, { section, name }: VersionPlace): TextChange {
  const places = [...jsonStrings(bytes)].filter(
    ({ path: keys }) => keys.length === 2 && keys[0] === section && keys[1] === name,
  );
  const start = places.findLast(({ isName }) => isName)?.range.start ?? 0;
  const end = places.findLast(({ isName }) => !isName)?.range.end ?? 0;
  const range = memberRange(bytes, { start, end });
  return {
    path,
    range: { start: lengthOf(bytes, range.start), end: lengthOf(bytes, range.end) },
    text: '',
  };
}

/** Returns the length of the first bytes as a text. */
function lengthOf(bytes: Uint8Array, end: number): number {
  return textOf(bytes, { start: 0, end }).length;
}
