/**
 * Variables in references of Compose files. A variable whose default is a whole reference is pinned in its default; any
 * other variable is an obstacle.
 *
 * Source: Compose Specification, "Interpolation"; "Set environment variables", on `.env`. Variables of the environment are
 * not known here: a run that sets one uses another image.
 */

import type { Obstacle, PinFile } from '../finder.ts';
import { shownText } from './shown-text.ts';
import type { TextReader, TextReading } from './yaml-references.ts';

/** The names that the file `.env` beside the Compose file sets. */
export type Variables = ReadonlySet<string>;

const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?(?<name>[A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=/gmu;

/** Returns the names that are set beside a Compose file. */
export function variablesOf(file: PinFile): Variables {
  const bytes = file.other?.('.env');
  if (bytes === undefined) return new Set();
  const text = new TextDecoder().decode(bytes);
  return new Set([...text.matchAll(ASSIGNMENT)].flatMap(({ groups }) => groups?.['name'] ?? []));
}

/** `${NAME:-default}` and `${NAME-default}` as the whole text. */
const WITH_DEFAULT = /^(?<head>\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*):?-)(?<value>[^${}]+)\}$/u;
/** A variable without a default. */
const WITHOUT = /\$(?:[A-Za-z_]|\{[A-Za-z_][A-Za-z0-9_]*(?:\}|:?\?))/u;

/** Returns the reader of references in a Compose file. */
export function composeText(variables: Variables): TextReader {
  return (text) => {
    if (!text.includes('$')) return { value: text };
    const { head, name = '', value } = WITH_DEFAULT.exec(text)?.groups ?? {};
    if (head === undefined || value === undefined) return obstacleOf(text);
    if (variables.has(name)) {
      return withObstacle(text, {
        id: 'computed-name',
        message: `"${shownText(text)}" is the value of ${name} in .env`,
        advice: `Pin the value of ${name} in .env.`,
      });
    }
    return { value, write: (image) => `${head}${image}}` };
  };
}

function obstacleOf(text: string): TextReading {
  const shown = shownText(text);
  const isWhole = /^\$(?:[A-Za-z_][A-Za-z0-9_]*|\{[^{}]*\})$/u.test(text);
  if (!isWhole) {
    return withObstacle(text, {
      id: 'partial-argument',
      message: `a variable is a part of "${shown}"`,
      advice: 'Let one variable hold the whole reference, as in ${IMAGE:-debian:12}.',
    });
  }
  if (!WITHOUT.test(text)) {
    return withObstacle(text, { id: 'computed-name', message: `a variable computes "${shown}"` });
  }
  return withObstacle(text, {
    id: 'unset-argument',
    message: `the variable of "${shown}" has no default value`,
  });
}

function withObstacle(value: string, obstacle: Obstacle): TextReading {
  return { value, obstacle };
}
