/**
 * The build stages of a Dockerfile: names, numbers and bases. Source: the Dockerfile reference,
 * "FROM" and "ARG".
 */

import { appendTo } from '../../../core/base/maps.ts';
import type {
  Dockerfile,
  DockerfileInstruction,
  DockerfileProblem,
  DockerfileStage,
  DockerfileWord,
} from './dockerfile-model.ts';

const STAGE_NAME = /^[a-z][a-z0-9-_.]*$/u;

/**
 * Groups instructions into stages, and returns what builders refuse about their order and names.
 */
export function stagesOf(
  instructions: readonly DockerfileInstruction[],
  sizeBytes: number,
): {
  readonly stages: readonly DockerfileStage[];
  readonly problems: readonly DockerfileProblem[];
} {
  const stages: DockerfileStage[] = [];
  const problems: DockerfileProblem[] = [];
  const names = new Set<string>();
  let current: DockerfileInstruction[] = [];
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') {
      current = [];
      stages.push(stageOf(instruction, stages.length, current, problems));
      noteName(stages.at(-1), names, problems);
    } else if (instruction.stageIndex !== undefined) {
      current.push(instruction);
    } else if (instruction.keyword !== 'ARG') {
      const message = `${instruction.keyword} stands before the first FROM. Only ARG is allowed there.`;
      problems.push({
        code: 'no-stage',
        severity: 'error',
        message,
        range: instruction.keywordRange,
      });
    }
  }
  if (stages.length === 0) {
    const message =
      instructions.length === 0 ? 'The file has no instructions.' : 'The file has no FROM.';
    const range = { start: 0, end: sizeBytes };
    problems.push({ code: 'no-instructions', severity: 'error', message, range });
  }
  return { stages, problems };
}

/**
 * Finds the stage that a name refers to in `FROM`: the last one of that name among the stages
 * before. Names are compared without case; numbers are not allowed there.
 */
export function stageNamed(
  stages: readonly DockerfileStage[],
  name: string,
  before: number = stages.length,
): DockerfileStage | undefined {
  const named = namedStages(stages).get(name.toLowerCase()) ?? [];
  let low = 0;
  let high = named.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((named[middle]?.index ?? 0) < before) low = middle + 1;
    else high = middle;
  }
  return named[low - 1];
}

const NAMED = new WeakMap<
  readonly DockerfileStage[],
  ReadonlyMap<string, readonly DockerfileStage[]>
>();

/** Returns the stages by name, indexed once for each file. */
function namedStages(
  stages: readonly DockerfileStage[],
): ReadonlyMap<string, readonly DockerfileStage[]> {
  const known = NAMED.get(stages);
  if (known !== undefined) return known;
  const named = new Map<string, DockerfileStage[]>();
  for (const stage of stages) if (stage.name !== undefined) appendTo(named, stage.name, stage);
  NAMED.set(stages, named);
  return named;
}

/** The source of `COPY --from` or of a mount. */
export type SourceStage =
  | { readonly kind: 'stage'; readonly stage: DockerfileStage }
  /**
   * A stage further down in the file, or the stage itself: BuildKit takes the stage, other builders
   * an image.
   */
  | { readonly kind: 'later-stage'; readonly stage: DockerfileStage }
  /** A number that no stage has. */
  | { readonly kind: 'no-stage' }
  | { readonly kind: 'image' };

/**
 * Finds what `COPY --from=NAME` refers to in an instruction of a stage: the name or number of a
 * stage, or an image.
 */
export function sourceStage(
  { stages }: Pick<Dockerfile, 'stages'>,
  name: string,
  stageIndex: number,
): SourceStage {
  const stage = /^\d+$/u.test(name) ? stages[Number(name)] : stageNamed(stages, name, stageIndex);
  if (stage === undefined) {
    if (/^\d+$/u.test(name)) return { kind: 'no-stage' };
    const later = stageNamed(stages, name);
    return later === undefined ? { kind: 'image' } : { kind: 'later-stage', stage: later };
  }
  return { kind: stage.index < stageIndex ? 'stage' : 'later-stage', stage };
}

function stageOf(
  from: DockerfileInstruction,
  index: number,
  instructions: readonly DockerfileInstruction[],
  problems: DockerfileProblem[],
): DockerfileStage {
  const [base, as, nameWord, ...more] = from.words;
  const hasName = nameWord !== undefined && as?.text.toLowerCase() === 'as' && more.length === 0;
  if (base !== undefined && as !== undefined && !hasName) {
    const message = 'FROM needs one image, and "AS name" behind it if the stage has a name.';
    problems.push({ code: 'bad-from', severity: 'error', message, range: from.range });
  }
  const name = hasName ? stageName(nameWord, problems) : undefined;
  return {
    index,
    name,
    nameWord: hasName ? nameWord : undefined,
    base,
    from,
    instructions,
  };
}

function stageName(word: DockerfileWord, problems: DockerfileProblem[]): string | undefined {
  const name = word.text.toLowerCase();
  if (STAGE_NAME.test(name)) return name;
  const message = `"${word.text}" is not a stage name: it has to begin with a letter, and to consist of letters, digits, "-", "_" and ".".`;
  problems.push({ code: 'bad-stage-name', severity: 'error', message, range: word.range });
  return undefined;
}

function noteName(
  stage: DockerfileStage | undefined,
  names: Set<string>,
  problems: DockerfileProblem[],
): void {
  if (stage?.name === undefined || stage.nameWord === undefined) return;
  if (names.has(stage.name)) {
    const message = `The name "${stage.name}" is given to two stages. Later instructions use the last one.`;
    const { range } = stage.nameWord;
    problems.push({ code: 'duplicate-stage-name', severity: 'warning', message, range });
  }
  names.add(stage.name);
}
