/** The forms in which a signature or an attestation is stored, as a command line names them. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { Signatory } from '../../../../trust/signing/signature.ts';
import type { Session } from '../command.ts';

/** The forms of a command: the one of tags first, then bundles. */
export type Forms<Tag extends string> = readonly [Tag, 'bundle'];

/** Returns the forms of `--form`; `undefined`: all that fit. @throws AssayError `USAGE` */
export function readForms<Tag extends string>(
  { flags }: Session,
  forms: Forms<Tag>,
): readonly (Tag | 'bundle')[] | undefined {
  const texts = flags.list('form');
  if (texts.length === 0) return undefined;
  const wanted = new Set(texts);
  const unknown = texts.find((text) => !forms.some((form) => form === text));
  if (unknown === undefined) return forms.filter((form) => wanted.has(form));
  throw new AssayError('USAGE', `--form cannot be "${unknown}"`, {
    hint: `Possible values: ${forms.join(', ')}.`,
  });
}

/**
 * Returns the forms that are written. @throws AssayError `USAGE` if a form is requested that the
 * signatures do not have
 */
export function formsFor<Tag extends string>(
  { isForTags }: Signatory,
  wanted: readonly (Tag | 'bundle')[] | undefined,
  forms: Forms<Tag>,
): readonly (Tag | 'bundle')[] {
  if (isForTags) return wanted ?? forms;
  const [tag] = forms;
  if (wanted?.includes(tag) !== true) return ['bundle'];
  throw new AssayError('USAGE', `the form "${tag}" cannot contain an entry of Rekor v2`, {
    hint: 'Write the other one: --form bundle. Or use a log of Rekor v1.',
  });
}
