/**
 * `--test`: the files are written, and the test of the project is run. If it fails, the files are
 * put back, and the steps are taken one after the other; a step with which the test fails is given
 * up.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { childEnvironment, type Environment } from '../../core/model/artifact/environment.ts';
import type { FixedProject, StepChoice } from './fix-project.ts';
import { runManager } from './run-manager.ts';
import { writeAll, type Replacement } from './write-all.ts';

/** Plans and tries all projects with a choice of steps. */
export type FixAll = (choice: StepChoice) => Promise<readonly FixedProject[]>;

/** The test of a project. */
export interface ProjectTest {
  /** The target; absolute. */
  readonly root: string;
  readonly env: Environment;
  /** A command of the shell. */
  readonly command: string;
}

/**
 * Writes the changes with which the test passes, and returns the projects with these steps alone.
 *
 * @throws AssayError `USAGE` if the test fails without any step, or if a file cannot be written;
 * then no file is changed
 */
export async function applyTested(
  projects: readonly FixedProject[],
  fixAll: FixAll,
  test: ProjectTest,
  context: Context,
): Promise<readonly FixedProject[]> {
  if (await passesWith(changesOf(projects), test, context)) return projects;
  const before = await failureOf(test, context);
  if (before !== undefined) {
    throw new AssayError('USAGE', `the test fails without any step of the plan: ${before}`, {
      hint: 'Correct the test first, or leave out --test. No file of the project was changed.',
    });
  }
  const ids = projects.flatMap(({ outcome }) => outcome.steps.map(({ id }) => id));
  const reason = `given up: "${test.command}" fails with it`;
  const givenUp = new Map<string, string>();
  const kept = new Set<string>();
  for (const id of ids) {
    const some = await fixAll({ only: new Set([...kept, id]), givenUp });
    const files = changesOf(some);
    if (files.length > 0 && (await passesWith(files, test, context))) {
      kept.add(id);
      putBack(files, test);
    } else givenUp.set(id, reason);
  }
  const last = await fixAll({ only: kept, givenUp });
  if (await passesWith(changesOf(last), test, context)) return last;
  throw new AssayError('USAGE', `the test fails with every plan that is left: "${test.command}"`, {
    hint: 'No file of the project was changed.',
  });
}

function changesOf(projects: readonly FixedProject[]): readonly Replacement[] {
  return projects.flatMap(({ changed }) => changed);
}

/** Writes the files and runs the test. The files are put back if it fails. */
async function passesWith(
  files: readonly Replacement[],
  test: ProjectTest,
  context: Context,
): Promise<boolean> {
  writeAll(test.root, files);
  try {
    if ((await failureOf(test, context)) === undefined) return true;
  } catch (error) {
    putBack(files, test);
    throw error;
  }
  putBack(files, test);
  return false;
}

function putBack(files: readonly Replacement[], { root }: ProjectTest): void {
  writeAll(
    root,
    files.map(({ path, old, fresh }) => ({ path, old: fresh, fresh: old })),
  );
}

/** Returns the reason for the test's failure; `undefined` if it passes. */
async function failureOf(
  { root, env, command }: ProjectTest,
  context: Context,
): Promise<string | undefined> {
  try {
    const run = {
      command: ['sh', '-c', command],
      folder: root,
      env: childEnvironment(env),
    } as const;
    await runManager(run, context);
    return undefined;
  } catch (error) {
    if (error instanceof AssayError && error.code === 'USAGE') return error.message;
    throw error;
  }
}
