/**
 * Finds the lines of a Dockerfile that made the layers of an image. The history of the image names
 * the instruction of each layer; it is compared with the instructions of the stages, from the last
 * one backwards. At the first layer that does not fit, all further lines are unknown.
 *
 * Source: the forms of `created_by` that Docker's older builder, BuildKit and buildah write.
 */

import type { DockerfileInstruction } from '../../../formats/text/dockerfile/dockerfile.ts';
import { historyText, type HistoryText } from '../../../core/model/artifact/history-text.ts';
import type { Layer } from '../../../core/model/artifact/artifact.ts';

/** An instruction of the stages that make an image. */
export interface LayerInstruction {
  readonly instruction: DockerfileInstruction;
  readonly line: number;
}

/** `WORKDIR` makes a layer only if its directory is new. */
const MAKES_LAYER: ReadonlySet<string> = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

/**
 * Returns the line of each layer, `undefined` where it is not known. `instructions` are those of
 * all stages that make the image, oldest first; the lowest `baseLayerCount` layers are those of the
 * base.
 */
export function instructionLines(
  layers: readonly Pick<Layer, 'createdBy'>[],
  instructions: readonly LayerInstruction[],
  baseLayerCount: number,
): readonly (number | undefined)[] {
  const lines: (number | undefined)[] = layers.map(() => undefined);
  const makers = instructions.filter(({ instruction }) => MAKES_LAYER.has(instruction.keyword));
  let at = makers.length - 1;
  for (let layer = layers.length - 1; layer >= baseLayerCount; layer -= 1) {
    const createdBy = layers[layer]?.createdBy;
    if (createdBy === undefined) return lines;
    const made = historyText(createdBy);
    while (at >= 0 && makers[at]?.instruction.keyword === 'WORKDIR' && !fits(made, makers[at])) {
      at -= 1;
    }
    const maker = makers[at];
    if (maker === undefined || !fits(made, maker)) return lines;
    lines[layer] = maker.line;
    at -= 1;
  }
  return lines;
}

/**
 * Matches the text of docker's older builder and buildah for copied files: a digest, and the
 * destination.
 */
const COPIED = /^(?:(?:file|dir|multi):\S+|\S+) in (?<target>\S+)$/u;

function fits(made: HistoryText, maker: LayerInstruction | undefined): boolean {
  if (maker === undefined || made.keyword !== maker.instruction.keyword) return false;
  const { words, rest, heredocs } = maker.instruction;
  const written = withSingleBlanks(words.map(({ value }) => value).join(' '));
  if (written === made.text || withSingleBlanks(rest?.text ?? '') === made.text) return true;
  // The builder replaces variables, and reads documents.
  if (heredocs.length > 0 || (made.keyword !== 'RUN' && written.includes('$'))) return true;
  const target = COPIED.exec(made.text)?.groups?.['target'];
  return target !== undefined && isTarget(target, words.at(-1)?.value ?? '');
}

/** Builders make targets absolute. */
function isTarget(target: string, written: string): boolean {
  const bare = written.replace(/^\.?\/?|\/$/gu, '');
  return target.replace(/\/$/u, '').endsWith(bare);
}

function withSingleBlanks(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
