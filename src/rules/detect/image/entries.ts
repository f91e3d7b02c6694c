/**
 * Modes of files and directories of an image, and caches of package managers in its layers. Modes
 * count as the merged root has them; caches count in every layer that stores them, since deleting
 * files in a higher layer makes no image smaller.
 *
 * Source: POSIX.1-2017, `sys/stat.h` (mode bits) and `chmod` (sticky directories).
 */

import { pluralize } from '../../../core/base/pluralize.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import type { PlacedEntry } from '../../../core/model/layer/entry-notes.ts';
import type { ImageDetector, ImageSubject } from '../detector.ts';
import { draftOf, type RulePlace } from '../rule-draft.ts';
import {
  APK_CACHE,
  APT_CACHE,
  CACHE_RULES,
  LANGUAGE_CACHE,
  PACMAN_CACHE,
  RPM_CACHE,
  SETUID_FILE,
  WORLD_WRITABLE_DIRECTORY,
  WRITABLE_SETUID_FILE,
} from './entry-rules.ts';
import { shownInstructionOf } from '../instruction.ts';

/** Detector of faults in the modes of entries, and of caches. */
export const imageEntries: ImageDetector = {
  rules: [
    SETUID_FILE,
    WRITABLE_SETUID_FILE,
    WORLD_WRITABLE_DIRECTORY,
    APT_CACHE,
    APK_CACHE,
    RPM_CACHE,
    PACMAN_CACHE,
    LANGUAGE_CACHE,
  ],
  detect(image) {
    if (image.os === 'windows') return [];
    return [...modes(image), ...caches(image)];
  },
};

const SET_USER_ID = 0o4000;
const SET_GROUP_ID = 0o2000;
const STICKY = 0o1000;
const EXECUTE = 0o111;
const GROUP_EXECUTE = 0o010;
const WRITE_BY_OTHERS = 0o002;

function* modes(image: ImageSubject): Generator<RuleDraft> {
  for (const entry of image.modes) {
    const { kind, mode } = entry;
    const canOthersWrite = (mode & WRITE_BY_OTHERS) !== 0;
    if (kind === 'directory') {
      if (!canOthersWrite || (mode & STICKY) !== 0) continue;
      const message = `Everyone may write into "${entry.path}" and delete files of others: ${owned(entry)}.`;
      yield draftOf(WORLD_WRITABLE_DIRECTORY, placeOf(image, entry, message));
      continue;
    }
    const rights = rightsOf(entry);
    if (rights === undefined) continue;
    const rule = canOthersWrite ? WRITABLE_SETUID_FILE : SETUID_FILE;
    const message = `"${entry.path}" runs with the rights of its ${rights}: ${owned(entry)}.`;
    yield draftOf(rule, placeOf(image, entry, message));
  }
}

/**
 * Returns the account whose rights a program gets. Without permission to execute, the bits have
 * another meaning or none.
 */
function rightsOf({ mode, uid, gid }: PlacedEntry): string | undefined {
  if ((mode & SET_USER_ID) !== 0 && (mode & EXECUTE) !== 0) {
    return `owner, ${uid === 0 ? 'root' : `user ${String(uid ?? 'unknown')}`}`;
  }
  const isSetGroup = (mode & SET_GROUP_ID) !== 0 && (mode & GROUP_EXECUTE) !== 0;
  return isSetGroup ? `group, group ${String(gid ?? 'unknown')}` : undefined;
}

function owned({ mode, uid, gid }: PlacedEntry): string {
  const bits = mode.toString(8).padStart(4, '0');
  return uid === undefined || gid === undefined
    ? `mode ${bits}`
    : `mode ${bits}, owner ${String(uid)}:${String(gid)}`;
}

/** The path identifies the finding: the rule judges what this one file or directory may do. */
function placeOf(image: ImageSubject, { path, layer }: PlacedEntry, message: string): RulePlace {
  return { message, location: { path, layer }, names: [path], ...instructionAt(image, layer) };
}

function* caches(image: ImageSubject): Generator<RuleDraft> {
  for (const { path, fileCount, sizeBytes, layer } of image.counted) {
    const rule = CACHE_RULES.get(path);
    if (rule === undefined) continue;
    const size = `${pluralize(fileCount, 'file')}, ${String(Math.ceil(sizeBytes / 1000))} kB`;
    yield draftOf(rule, {
      message: `The layer stores files of a cache in "${path}": ${size}.`,
      location: { path, layer },
      names: [path],
      ...instructionAt(image, layer),
    });
  }
}

function instructionAt({ layers }: ImageSubject, layer: number): Pick<RulePlace, 'instruction'> {
  const instruction = shownInstructionOf(layers[layer]?.createdBy);
  return instruction === undefined ? {} : { instruction };
}
