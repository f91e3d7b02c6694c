/**
 * A project whose manifests are edited by Assay itself, because its package manager is not started:
 * nothing is resolved. What was written is matched again as a manifest.
 */

import { AssayError } from '../../../../core/base/errors.ts';
import { indexBy } from '../../../../core/base/maps.ts';
import type { ProjectCopy } from '../../copy.ts';
import type { FixProject, Subject } from '../../manager.ts';
import type { Step } from '../../plan.ts';
import { editedSteps, type OverrideChange, type StepChanges } from './steps.ts';
import { changedText, lineRange, type TextChange, type TextFile } from './text-file.ts';
import { indexUses, type VersionPlace, type VersionUse } from './version-use.ts';

/** The parts of a project that its format decides. */
export interface EditedFormat {
  readonly path: string;
  readonly files: readonly TextFile[];
  readonly uses: readonly VersionUse[];
  readonly notes: readonly string[];
  /** Reason for not editing the project. */
  readonly refusal?: string;
  /**
   * Returns the range of a request that is removed. Absent: its line, or its text alone if the line
   * has more.
   */
  readonly removalOf?: (file: TextFile, request: VersionPlace) => TextChange;
  /**
   * Returns the change that adds overrides to a file. @throws AssayError `USAGE` if there is no
   * safe place
   */
  readonly overridesIn?: (file: TextFile, overrides: readonly OverrideChange[]) => TextChange;
  /**
   * Reads the edited text of a manifest.
   *
   * @throws an error for a text that is no manifest
   */
  readonly read: (path: string, text: string) => unknown;
}

/** Makes the project. */
export function editedProject(format: EditedFormat): FixProject {
  const { path, files, uses, notes, refusal } = format;
  const byPath = indexBy(files, 'path');
  const index = indexUses(uses);
  const planned = new Map<string, StepChanges>();
  const removalOf = (request: VersionPlace): TextChange => {
    const file = fileOf(byPath, request.path);
    const plain = { path: request.path, range: lineRange(file.text, request.range), text: '' };
    return format.removalOf?.(file, request) ?? plain;
  };
  return {
    path,
    files:
      refusal === undefined ? files.map((file) => ({ path: file.path, bytes: file.bytes })) : [],
    registries: [],
    notes,
    isResolved: false,
    stepsFor(subject: Subject) {
      if (refusal !== undefined) return Promise.resolve({ steps: [], reasons: [refusal] });
      const offer = editedSteps(subject, { path, uses: index, removalOf });
      for (const { step, changes } of offer.steps) planned.set(step.id, changes);
      return Promise.resolve({
        steps: offer.steps.map(({ step }) => step),
        reasons: offer.reasons,
      });
    },
    check: () => Promise.resolve(),
    carryOut: (copy, steps) => carryOut(copy, steps, { format, byPath, planned }),
  };
}

interface EditState {
  readonly format: EditedFormat;
  readonly byPath: ReadonlyMap<string, TextFile>;
  readonly planned: ReadonlyMap<string, StepChanges>;
}

async function carryOut(
  copy: ProjectCopy,
  steps: readonly Step[],
  { format, byPath, planned }: EditState,
): Promise<void> {
  const all = steps.map(({ id }) => {
    const changes = planned.get(id);
    if (changes === undefined) throw new RangeError(`no changes for step "${id}"`);
    return changes;
  });
  const changes = all.flatMap((one) => one.changes);
  const overrides = all.flatMap((one) => one.overrides);
  for (const file of byPath.values()) {
    const own = changes.filter(({ path }) => path === file.path);
    const added = overrides.filter(({ override }) => override.path === file.path);
    if (added.length > 0) own.push(addedTo(format, file, added));
    const text = changedText(file.text, own);
    refuseUnreadable(format, file.path, text);
    await copy.write([{ path: file.path, bytes: file.encode(text) }]);
  }
}

function addedTo(
  { overridesIn }: EditedFormat,
  file: TextFile,
  overrides: readonly OverrideChange[],
): TextChange {
  if (overridesIn === undefined) throw new RangeError(`"${file.path}" takes no overrides`);
  return overridesIn(file, overrides);
}

/** @throws AssayError `USAGE` if an edited text is no manifest any more */
function refuseUnreadable({ read }: EditedFormat, path: string, text: string): void {
  try {
    read(path, text);
  } catch (error) {
    throw new AssayError('USAGE', `"${path}" cannot be read with the edit`, { cause: error });
  }
}

function fileOf(byPath: ReadonlyMap<string, TextFile>, path: string): TextFile {
  const file = byPath.get(path);
  if (file === undefined) throw new RangeError(`"${path}" is not a file of the project`);
  return file;
}
