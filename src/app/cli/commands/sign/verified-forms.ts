/** The forms of signatures that `assay verify` counts. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { Flag } from '../../../config/flag.ts';
import { SIGNATURE_FORMS, type FormRule } from '../../../../trust/signing/image/form-rules.ts';
import type { Session } from '../command.ts';

/** The forms that count. */
export const VERIFIED_FORM_FLAG: Flag = {
  name: 'form',
  value: 'FORM',
  group: 'Trust',
  help: `count signatures of this form: ${SIGNATURE_FORMS.join(', ')}; repeatable (default: all for a trust file; for signers that flags name bundles, and sig if no bundle is refused)`,
};

/**
 * Returns the forms that count. `isGiven` says that flags name the signers.
 * @throws AssayError `USAGE`
 */
export function readFormRule({ flags }: Pick<Session, 'flags'>, isGiven: boolean): FormRule {
  const texts = flags.list('form');
  if (texts.length === 0) return isGiven ? 'usual' : 'all';
  const unknown = texts.find((text) => !SIGNATURE_FORMS.some((form) => form === text));
  if (unknown === undefined) return SIGNATURE_FORMS.filter((form) => texts.includes(form));
  throw new AssayError('USAGE', `--form cannot be "${unknown}"`, {
    hint: `Possible values: ${SIGNATURE_FORMS.join(', ')}.`,
  });
}
