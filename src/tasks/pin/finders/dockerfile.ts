/**
 * Images of Dockerfiles: bases of stages, `COPY --from`, mounts, and the frontend of the syntax
 * line. Names and numbers of stages and `scratch` are none. Source: the Dockerfile reference.
 */

import { textOf, type ByteRange } from '../../../formats/bytes/byte-range.ts';
import { hasDockerfileContent } from '../../../formats/text/dockerfile/dockerfile-content.ts';
import { isDockerfileName } from '../../../formats/text/dockerfile/dockerfile-name.ts';
import { offsetOf } from '../../../formats/text/dockerfile/dockerfile-text.ts';
import { sourceStage, stageNamed } from '../../../formats/text/dockerfile/dockerfile-stages.ts';
import {
  readDockerfile,
  type Dockerfile,
  type DockerfileInstruction,
  type DockerfileProblemCode,
  type DockerfileStage,
} from '../../../formats/text/dockerfile/dockerfile.ts';
import type { FileReadings, Finder, FoundReference, Obstacle, PinFile } from '../finder.ts';
import { noPinReason } from '../no-pin-comment.ts';
import { BaseImages } from './dockerfile-base.ts';
import { floatingPackages } from './floating-packages.ts';
import { imageObstacle, inPlaceOf, isPlain } from './image-value.ts';

/** An image at its place, before it is a reference. */
interface FoundImage {
  readonly value: string;
  readonly range: ByteRange;
  readonly where: string;
  readonly obstacle?: Obstacle | undefined;
  readonly platform?: string | undefined;
  /** Instructions whose comments can exempt the image. */
  readonly instructions: readonly DockerfileInstruction[];
}

/** Problems behind which references can be hidden. */
const HIDING: ReadonlySet<DockerfileProblemCode> = new Set<DockerfileProblemCode>([
  'bad-from',
  'encoding',
  'no-instructions',
  'unknown-instruction',
  'unterminated-heredoc',
]);
/** A literal platform such as `linux/arm64/v8`. */
const PLATFORM = /^[a-z0-9]+(?:\/[a-z0-9_]+){0,2}$/u;

/** The finder of Dockerfiles. */
export const dockerfile: Finder = {
  find({ path, bytes, isIncluded }: PinFile): FileReadings {
    const isOther =
      isIncluded !== true &&
      isDockerfileName(path) &&
      !hasDockerfileContent(path, readDockerfile(bytes));
    return isOther ? { references: [], problems: [] } : dockerfileReadings(bytes);
  },
};

/** Returns the references of a Dockerfile. */
export function dockerfileReadings(bytes: Uint8Array): FileReadings {
  const file = readDockerfile(bytes);
  const images = [...frontend(file), ...bases(file), ...sources(file)];
  const references = [...images.map((image) => referenceOf(file, image)), ...packages(file)];
  return {
    references: references.sort((a, b) => a.line - b.line || a.column - b.column),
    problems: problemsOf(file),
  };
}

function frontend({ syntax }: Dockerfile): readonly FoundImage[] {
  if (syntax === undefined) return [];
  const { image: value, range } = syntax;
  return [{ value, range, where: 'syntax directive', instructions: [] }];
}

function bases(file: Dockerfile): readonly FoundImage[] {
  const baseImages = new BaseImages(file);
  return file.stages.flatMap((stage): readonly FoundImage[] => {
    const { base, from, index } = stage;
    if (base === undefined) return [];
    const where = `FROM of ${nameOf(stage)}`;
    const template = templateOf(from);
    if (template !== undefined) {
      return [{ value: template, range: base.range, where, instructions: [from] }];
    }
    const { value, word, names, instructions, obstacle } = baseImages.of(base);
    if (value === 'scratch' || stageNamed(file.stages, value, index) !== undefined) return [];
    return [
      {
        value,
        range: word.range,
        where: names.length === 0 ? where : `${where}, by ARG ${names.join(', ')}`,
        instructions: [from, ...instructions],
        obstacle,
        platform: platformOf(from),
      },
    ];
  });
}

/** A template can look like several words. */
function templateOf({ rest }: DockerfileInstruction): string | undefined {
  const text = rest?.text ?? '';
  return /^\S*(?:\{\{|\{%|<%)/u.test(text) ? text : undefined;
}

function platformOf({ flags }: DockerfileInstruction): string | undefined {
  const value = flags.find(({ name }) => name === 'platform')?.value;
  return value !== undefined && PLATFORM.test(value) ? value : undefined;
}

/** Returns the images of `COPY --from` and of mounts, also behind `ONBUILD`. */
function sources(file: Dockerfile): readonly FoundImage[] {
  const images: FoundImage[] = [];
  for (const stage of file.stages) {
    for (const instruction of stage.instructions) {
      const command = instruction.trigger ?? instruction;
      if (command.flags.length === 0) continue;
      for (const { value, range, what } of fromFlags(command)) {
        const isTrigger = instruction.trigger !== undefined;
        const obstacle = sourceObstacle(file, value, isTrigger ? undefined : stage.index);
        if (obstacle === 'none') continue;
        const where = `${isTrigger ? 'ONBUILD ' : ''}${what} in ${nameOf(stage)}`;
        images.push({ value, range, where, obstacle, instructions: [instruction] });
      }
    }
  }
  return images;
}

function* fromFlags({
  keyword,
  flags,
}: DockerfileInstruction): Generator<{ value: string; range: ByteRange; what: string }> {
  for (const { name, value, valueRange, options } of flags) {
    const isCopy = (keyword === 'COPY' || keyword === 'ADD') && name === 'from';
    if (isCopy && value !== undefined && valueRange !== undefined) {
      yield { value, range: valueRange, what: `${keyword} --from` };
    }
    if (keyword !== 'RUN') continue;
    for (const option of options) {
      if (option.name !== 'from' || option.value === undefined || option.valueRange === undefined)
        continue;
      yield { value: option.value, range: option.valueRange, what: 'RUN --mount' };
    }
  }
}

/** Returns the packages that commands of `RUN` download, in the line or in here-documents. */
function packages(file: Dockerfile): readonly FoundReference[] {
  return file.stages.flatMap((stage) =>
    stage.instructions.flatMap((instruction): readonly FoundReference[] => {
      const { keyword, rest, heredocs } = instruction.trigger ?? instruction;
      if (keyword !== 'RUN') return [];
      const noPin = noPinOf([instruction]);
      const found = (text: string, offsetAt: (byte: number) => number): readonly FoundReference[] =>
        floatingPackages(text).map(({ value, index, obstacle }) => {
          const start = offsetAt(Buffer.byteLength(text.slice(0, index)));
          return {
            kind: 'requirement',
            value,
            edit: { range: { start, end: start }, write: () => '' },
            ...file.placeOf(start),
            where: `RUN in ${nameOf(stage)}`,
            obstacle,
            ...(noPin !== undefined && { noPin }),
          };
        });
      const slice = rest?.slice;
      return [
        ...(slice === undefined
          ? []
          : found(rest?.text ?? '', (byte) => offsetOf(slice.line, slice.start + byte))),
        ...heredocs.flatMap(({ bodyRange }) =>
          found(textOf(file.bytes, bodyRange), (byte) => bodyRange.start + byte),
        ),
      ];
    }),
  );
}

/**
 * Returns why a source cannot be pinned, and `none` for one that is not an image. Without a stage
 * it is a trigger's.
 */
function sourceObstacle(
  file: Dockerfile,
  value: string,
  stageIndex: number | undefined,
): Obstacle | 'none' | undefined {
  if (value === '' || value === 'scratch') return 'none';
  if (value.includes('$')) {
    const message = `"${value}" contains a variable`;
    const advice =
      'BuildKit replaces no variables here. Name a stage: FROM ${BASE} AS name, and --from=name.';
    return { id: 'computed-name', message, advice };
  }
  if (stageIndex === undefined) return triggerObstacle(value);
  const source = sourceStage(file, value, stageIndex);
  switch (source.kind) {
    case 'stage':
      return 'none';
    case 'image':
      return undefined;
    case 'no-stage':
      return { id: 'not-a-reference', message: `there is no stage ${value}` };
    case 'later-stage': {
      const message = `"${value}" is a stage that does not stand before: BuildKit takes the stage, other builders an image of that name`;
      return { id: 'ambiguous', message, advice: 'Move the stage up, or rename it.' };
    }
  }
}

/** Stage names have neither colons nor slashes. */
function triggerObstacle(value: string): Obstacle | undefined {
  if (/[/:@]/u.test(value)) return undefined;
  const message = `"${value}" can be a stage of the file that builds on this image`;
  return { id: 'ambiguous', message, advice: 'Write the image with its tag.' };
}

function referenceOf(file: Dockerfile, image: FoundImage): FoundReference {
  const { value, range, where, platform, instructions } = image;
  const obstacle = image.obstacle ?? imageObstacle(value);
  const noPin = noPinOf(instructions);
  const raw = textOf(file.bytes, range);
  return {
    kind: 'image',
    value,
    edit: { range, write: (to) => inPlaceOf(raw, value, to) },
    ...(!isPlain(raw, value) && { keepsTag: true }),
    ...file.placeOf(range.start),
    where,
    ...(platform !== undefined && { platform }),
    ...(obstacle !== undefined && { obstacle }),
    ...(noPin !== undefined && { noPin }),
  };
}

function noPinOf(instructions: readonly DockerfileInstruction[]): string | undefined {
  for (const { commentsAbove, commentsInside } of instructions) {
    if (commentsAbove.length === 0 && commentsInside.length === 0) continue;
    for (const { text } of [...commentsAbove, ...commentsInside]) {
      const reason = noPinReason(`#${text}`);
      if (reason !== undefined) return reason;
    }
  }
  return undefined;
}

function nameOf({ name, index }: DockerfileStage): string {
  return `stage ${name ?? index}`;
}

/**
 * Returns the problems of a file. Of unknown instructions only the first one is listed: a file of
 * another kind has nothing else.
 */
function problemsOf(file: Dockerfile): FileReadings['problems'] {
  if (file.problems.length === 0) return [];
  let hasUnknown = false;
  const templates = new Set(
    file.stages
      .filter(({ from }) => templateOf(from) !== undefined)
      .map(({ from }) => from.range.start),
  );
  return file.problems
    .filter(({ code, range }) => {
      if (!HIDING.has(code) || (code === 'bad-from' && templates.has(range.start))) return false;
      const isMore = code === 'unknown-instruction' && hasUnknown;
      hasUnknown ||= code === 'unknown-instruction';
      return !isMore;
    })
    .map(({ range, message }) => ({
      ...file.placeOf(range.start),
      message: message.replace(/\.$/u, ''),
    }));
}
