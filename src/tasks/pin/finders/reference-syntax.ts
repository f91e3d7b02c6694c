/** The syntax of references, by their kind. */

import type { Obstacle, ReferenceKind } from '../finder.ts';
import { imageObstacle } from './image-value.ts';

const ACTION = /^[\w.-]+\/[\w.-]+(?:\/[^\s@]+)?@[^\s@]+$/u;
const REPOSITORY = /^[^\s@]+(?:@[^\s@/:]+:[^\s@]+)?@[^\s@]+$/u;

/** Returns why a text is not a reference of its kind; `undefined` for one that is. */
export function invalid(kind: ReferenceKind, value: string): Obstacle | undefined {
  switch (kind) {
    case 'image':
      return imageObstacle(value);
    case 'action':
      if (ACTION.test(value)) return undefined;
      return {
        id: 'not-a-reference',
        message: `"${value}" is not of the form owner/repository@ref`,
        advice: 'Name the action with a tag or commit, as in actions/checkout@v4.',
      };
    case 'git-repository':
      if (REPOSITORY.test(value)) return undefined;
      return { id: 'not-a-reference', message: `"${value}" names no repository and revision` };
    case 'requirement':
      return undefined;
  }
}
