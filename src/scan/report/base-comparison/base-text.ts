/** Describes the base of an image in a line for people. */

import type { Artifact, BaseStatement } from '../../../core/model/artifact/artifact.ts';
import { BASE_NAMED_BY } from '../../../core/model/report/base-naming.ts';
import { terminalText } from '../text/terminal-text.ts';

/** Statements that one line repeats; json has all. */
const MAX_STATEMENTS = 4;
const MAX_NAME = 200;

/**
 * Returns the line on the base, as in
 * `Base: python:3.12-slim, the lowest 4 layers of 7 (named by a label)`. It is empty where no image
 * was compared or could not be.
 */
export function baseLines({
  image,
  layers,
}: Pick<Artifact, 'image' | 'layers'>): readonly string[] {
  const { baseBy = [], baseLayerCount } = image ?? {};
  const isAsked = baseBy.some(
    ({ comparison, reason }) => comparison !== 'notCompared' || reason !== undefined,
  );
  if (!isAsked && baseLayerCount === undefined) return [];
  const deciding = baseBy.filter(
    (one) => one.comparison === 'equal' && one.layerCount === baseLayerCount,
  );
  const others = baseBy.filter((one) => !deciding.includes(one));
  const rest = othersText(others);
  if (baseLayerCount === undefined) return [`Base: not known${rest === '' ? '' : `; ${rest}`}`];
  const what = `${lowest(baseLayerCount)} of ${layers.length}`;
  const known = `Base: ${namesText(deciding)}, ${what}`;
  return [rest === '' ? known : `${known}; ${rest}`];
}

/**
 * Returns the names of the base. A name that a label gives wins over others with the same layers.
 */
function baseNames(deciding: readonly BaseStatement[]): readonly string[] {
  const labelled = deciding.filter(({ by }) => by === 'label');
  const chosen = labelled.length > 0 ? labelled : deciding;
  return [...new Set(chosen.map(({ name }) => name))];
}

function namesText(deciding: readonly BaseStatement[]): string {
  const names = baseNames(deciding).map((name) => terminalText(name, MAX_NAME));
  const shown = names.slice(0, MAX_STATEMENTS).join(' or ');
  const more = names.length - MAX_STATEMENTS;
  const ways = [...new Set(deciding.map(({ by }) => `by ${BASE_NAMED_BY[by]}`))].join(' and ');
  return `${shown}${more > 0 ? ` or ${more} more` : ''} (named ${ways})`;
}

function othersText(others: readonly BaseStatement[]): string {
  const shown = others.slice(0, MAX_STATEMENTS).map(otherText);
  const more = others.length - MAX_STATEMENTS;
  return [...shown, ...(more > 0 ? [`and ${more} more, in json`] : [])].join('; ');
}

function otherText({ by, name, comparison, layerCount = 0, reason }: BaseStatement): string {
  const subject = `${terminalText(name, MAX_NAME)} (named by ${BASE_NAMED_BY[by]})`;
  const why = reason === undefined ? '' : `: ${terminalText(reason, 300)}`;
  switch (comparison) {
    case 'equal':
      return `${subject} has ${lowest(layerCount)}${why}`;
    case 'different':
      return `${subject} is not it${why === '' ? `: ${sharedText(layerCount)}` : why}`;
    case 'sameRepository':
      return `${subject} is not it${why}`;
    case 'notCompared':
      return `${subject} was not compared${why}`;
  }
}

function sharedText(layerCount: number): string {
  if (layerCount === 0) return 'no layer is the same';
  return `only ${lowest(layerCount)} ${layerCount === 1 ? 'is' : 'are'} the same`;
}

function lowest(layerCount: number): string {
  return layerCount === 1 ? 'the lowest layer' : `the lowest ${layerCount} layers`;
}
