/** Phrases for the source of a base image's name. */

import type { BaseStatement } from '../artifact/artifact.ts';

/** A noun for each place that names a base. */
export const BASE_NAMED_BY: Readonly<Record<BaseStatement['by'], string>> = {
  known: 'the user',
  label: 'a label',
  provenance: 'unsigned provenance',
  dockerfile: 'the Dockerfile',
  trust: 'the trust file',
};

/**
 * Returns whether the builder of the image names the base: the user has neither chosen nor
 * confirmed it.
 */
export function isNamedByBuilder(by: BaseStatement['by']): boolean {
  return by === 'label' || by === 'provenance';
}
