/**
 * The image that a Dockerfile builds on: the `FROM` of its final stage or of the stage that is
 * named, followed through earlier stages, with arguments resolved. Source: the Dockerfile
 * reference, "FROM" and "ARG".
 */

import { resolve } from 'node:path';

import { readBoundedFile } from '../../../core/base/bounded-file.ts';
import { AssayError, errnoOf, errorMessage } from '../../../core/base/errors.ts';
import {
  readDockerfile,
  type Dockerfile,
  type DockerfileStage,
  type DockerfileWord,
} from '../../../formats/text/dockerfile/dockerfile.ts';
import { globalScope } from '../../../formats/text/dockerfile/dockerfile-scope.ts';
import { stageNamed } from '../../../formats/text/dockerfile/dockerfile-stages.ts';
import type { DockerfileQuestion } from '../../../scan/pipeline/bases/base-question.ts';

/** Builders have no limit; generated files of some thousand lines have a few hundred kilobytes. */
const MAX_BYTES = 4 * 1024 * 1024;

/** A Dockerfile, and the image that one of its stages builds on. */
export interface DockerfileBase {
  /** The path as the user wrote it. */
  readonly path: string;
  readonly file: Dockerfile;
  /** The stages that make the image, from the one that begins with the base to the final one. */
  readonly stages: readonly [DockerfileStage, ...DockerfileStage[]];
  /** The base as the `FROM` line names it. */
  readonly word: DockerfileWord;
  /** The base with its arguments resolved. */
  readonly reference: string;
  /**
   * The value of `--platform`, with arguments resolved; absent without one, and where it depends on
   * the build.
   */
  readonly platform?: string;
}

/**
 * Reads a file and finds its base.
 *
 * @throws AssayError `NOT_FOUND`, `ACCESS_DENIED`, `LIMIT_EXCEEDED`; those of {@link
 * dockerfileBase}
 */
export async function readDockerfileBase(path: string, from: Place): Promise<DockerfileBase> {
  return dockerfileBase(path, await readBounded(path, from), from.target);
}

/** The directory in which a file is searched, and the stage of it that counts. */
interface Place {
  readonly cwd: string;
  readonly target?: string | undefined;
}

async function readBounded(path: string, { cwd }: Place): Promise<Uint8Array> {
  try {
    return await readBoundedFile(resolve(cwd, path), { maxBytes: MAX_BYTES });
  } catch (cause) {
    if (cause instanceof AssayError && cause.code === 'LIMIT_EXCEEDED') {
      throw new AssayError('LIMIT_EXCEEDED', `"${path}" is larger than ${MAX_BYTES} bytes`);
    }
    const code = errnoOf(cause);
    throw new AssayError(
      code === 'ENOENT' ? 'NOT_FOUND' : 'ACCESS_DENIED',
      code === 'ENOENT'
        ? `no Dockerfile "${path}"`
        : `cannot read "${path}": ${errorMessage(cause)}`,
      { cause, hint: 'Name a file, as in --dockerfile ./Dockerfile.' },
    );
  }
}

/**
 * Returns the base and the instructions that a scan takes from a Dockerfile. The instructions are
 * known also if the base is not.
 *
 * @throws AssayError as {@link readDockerfileBase}, but not for a base that is `scratch` or decided
 * by the build
 */
export async function dockerfileQuestion(path: string, from: Place): Promise<DockerfileQuestion> {
  const file = readDockerfile(await readBounded(path, from));
  const { stages, word, reference, obstacle } = followedBase(path, file, from.target);
  const instructions = stages.flatMap((stage) =>
    stage.instructions.map((instruction) => ({
      instruction,
      line: file.placeOf(instruction.range.start).line,
    })),
  );
  if (reference === 'scratch') return { path, instructions };
  const undecided = obstacle?.message;
  return {
    ...{ path, instructions, reference: reference ?? word.text },
    ...(undecided !== undefined && { undecided }),
  };
}

/**
 * Finds the base of a stage, by default of the last one.
 *
 * @throws AssayError `USAGE` for a stage that is not there; `DAMAGED` for a file without stages;
 * `NOT_FOUND` where the base is `scratch` or depends on an argument without a default
 */
export function dockerfileBase(path: string, bytes: Uint8Array, target?: string): DockerfileBase {
  const file = readDockerfile(bytes);
  const { stages, word, reference, obstacle } = followedBase(path, file, target);
  if (obstacle !== undefined || reference === undefined) {
    throw obstacle ?? unusable(`"${path}" names no image`);
  }
  const [{ from }] = stages;
  const platform = from.flags.find(({ name }) => name === 'platform')?.value;
  const isFixed = platform !== undefined && !platform.includes('$');
  return { path, file, stages, word, reference, ...(isFixed && { platform }) };
}

/** The stages that make an image, and what the first of them begins with. */
interface FollowedBase extends Pick<DockerfileBase, 'stages' | 'word'> {
  /** Absent where the build decides it. */
  readonly reference?: string;
  /** Reason for a missing base; absent if there is one. */
  readonly obstacle?: AssayError;
}

function followedBase(path: string, file: Dockerfile, target: string | undefined): FollowedBase {
  const globals = globalScope(file);
  const above: DockerfileStage[] = [];
  let stage = targetStage(path, file, target);
  for (;;) {
    const { base: word, from } = stage;
    const { line } = file.placeOf(from.range.start);
    if (word === undefined) throw unusable(`"${path}", line ${line}: FROM names no image`);
    const { value, unresolved, problem } = globals.expand(word);
    const isDecided = value !== undefined && value !== '';
    const parent = isDecided ? stageNamed(file.stages, value, stage.index) : undefined;
    if (parent !== undefined) {
      above.push(stage);
      stage = parent;
      continue;
    }
    const stages: DockerfileBase['stages'] = [stage, ...above.toReversed()];
    if (!isDecided) {
      const obstacle = undecided(`${path}:${line}`, word.text, { unresolved, problem });
      return { stages, word, obstacle };
    }
    if (value !== 'scratch') return { stages, word, reference: value };
    return { stages, word, reference: value, obstacle: fromScratch(path, line) };
  }
}

function fromScratch(path: string, line: number): AssayError {
  return new AssayError('NOT_FOUND', `"${path}", line ${line}: the stage is built from scratch`, {
    hint: 'It has no base image. --target STAGE names another stage.',
  });
}

function targetStage(
  path: string,
  { stages }: Dockerfile,
  target: string | undefined,
): DockerfileStage {
  const last = stages.at(-1);
  if (last === undefined) throw unusable(`"${path}" has no FROM, so it is no Dockerfile`);
  if (target === undefined) return last;
  const found =
    stageNamed(stages, target) ?? (/^\d+$/u.test(target) ? stages[Number(target)] : undefined);
  if (found !== undefined) return found;
  const names = stages.flatMap(({ name }) => name ?? []);
  throw new AssayError('USAGE', `--target: "${path}" has no stage "${target}"`, {
    hint:
      names.length > 0
        ? `Its stages with a name: ${names.join(', ')}.`
        : `Its stages have no names, so use a number from 0 to ${stages.length - 1}.`,
  });
}

function unusable(message: string): AssayError {
  return new AssayError('DAMAGED', message, { hint: 'Check that this is the right file.' });
}

function undecided(
  place: string,
  text: string,
  {
    unresolved,
    problem,
  }: { readonly unresolved: readonly string[]; readonly problem: string | undefined },
): AssayError {
  const names = unresolved.join(', ');
  const why = problem ?? (names === '' ? 'it is empty' : `${names} has no default value`);
  return new AssayError(
    'NOT_FOUND',
    `${place}: the base "${text}" is decided by the build: ${why}`,
    {
      hint: 'Give the ARG a default, or name the image instead of the Dockerfile.',
    },
  );
}
