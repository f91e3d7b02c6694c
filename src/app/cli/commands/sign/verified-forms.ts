/** The forms of signatures that `assay verify` counts. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { Flag } from '../../../config/flag.ts';
import {
  ATTESTATION_FORMS,
  SIGNATURE_FORMS,
  type FormRule,
} from '../../../../trust/signing/image/form-rules.ts';
import type { Session } from '../command.ts';

/** The forms that count. */
export const VERIFIED_FORM_FLAG: Flag = {
  name: 'form',
  value: 'FORM',
  group: 'Trust',
  help: `count this form only: ${SIGNATURE_FORMS.join(', ')}, with --type ${ATTESTATION_FORMS.join(', ')}; repeatable (default: all; for signers that flags name bundle, and sig if the image has no bundle or one that counts)`,
};

/**
 * Returns the forms that count. `isGiven` says that flags name the signers.
 * @throws AssayError `USAGE`
 */
export function readFormRule({ flags }: Pick<Session, 'flags'>, isGiven: boolean): FormRule {
  const texts = flags.list('form');
  if (texts.length === 0) return isGiven ? 'usual' : 'all';
  return chosen(texts, SIGNATURE_FORMS);
}

/** Returns the forms of attestations that count; `undefined`: all. @throws AssayError `USAGE` */
export function readAttestationForms({
  flags,
}: Pick<Session, 'flags'>): readonly string[] | undefined {
  const texts = flags.list('form');
  return texts.length === 0 ? undefined : chosen(texts, ATTESTATION_FORMS);
}

function chosen<Form extends string>(
  texts: readonly string[],
  forms: readonly Form[],
): readonly Form[] {
  const unknown = texts.find((text) => !forms.some((form) => form === text));
  if (unknown === undefined) return forms.filter((form) => texts.includes(form));
  throw new AssayError('USAGE', `--form cannot be "${unknown}"`, {
    hint: `Possible values: ${forms.join(', ')}.`,
  });
}
