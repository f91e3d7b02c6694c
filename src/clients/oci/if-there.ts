/** Answers of registries and layouts about something that may be missing. */

import { AssayError } from '../../core/base/errors.ts';

/**
 * Returns an answer, or `undefined` if what was asked for is not there, as when one platform of an
 * image was copied.
 *
 * @throws AssayError every other failure of the answer
 */
export async function ifThere<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AssayError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
