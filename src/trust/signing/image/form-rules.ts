/**
 * Which forms of signatures count. cosign 3 reads the bundles of an image, and its `.sig` tag only
 * if there is none: a tag that older programs wrote does not replace a bundle that does not count.
 */

import type { FoundSignature } from './find-signatures.ts';
import type { ImageJudgment } from './judge-signatures.ts';

/** Forms of signatures of images. */
export const SIGNATURE_FORMS = ['sig', 'oci-1.1', 'bundle'] as const;

/** A form of signatures of images. */
export type SignatureForm = (typeof SIGNATURE_FORMS)[number];

/**
 * The forms that count. `all`: each. `usual`: those that cosign reads without flags, a `.sig` tag
 * only if the image has no bundle, or one that counts.
 */
export type FormRule = 'all' | 'usual' | readonly SignatureForm[];

const BUNDLE_FAILS =
  'does not count, because the image has bundles and none of them counts (counted with --form sig)';
const EXPERIMENTAL = 'has the experimental form "oci-1.1" (counted with --form oci-1.1)';

/** A signature, and how it was judged. */
export interface JudgedSignature {
  readonly found: FoundSignature;
  readonly judgment: ImageJudgment;
}

/** Refuses those signatures of one manifest whose form does not count. */
export function judgeForms(
  judged: readonly JudgedSignature[],
  rule: FormRule,
): readonly ImageJudgment[] {
  const judgments = judged.map(({ judgment }) => judgment);
  if (rule === 'all') return judgments;
  const bundles = judged.filter(({ found }) => isBundle(found));
  const areRefused = bundles.length > 0 && !bundles.some(({ judgment: { counts } }) => counts);
  return judgments.map((one) => {
    const problem = one.counts ? formProblem(one.form, rule, areRefused) : undefined;
    return problem === undefined
      ? one
      : { ...one, note: undefined, counts: false, reason: problem };
  });
}

/** Forms of attestations of images. */
export const ATTESTATION_FORMS = ['att', 'oci-1.1', 'bundle'] as const;

/** Refuses attestations of other forms than those that count; without `forms` none. */
export function judgeAttestationForms<One extends ImageJudgment>(
  judgments: readonly One[],
  forms: readonly string[] | undefined,
): readonly One[] {
  if (forms === undefined) return judgments;
  return judgments.map((one) =>
    !one.counts || forms.includes(one.form)
      ? one
      : { ...one, counts: false, reason: otherForm(one.form, forms) },
  );
}

function otherForm(form: string, forms: readonly string[]): string {
  return `has the form "${form}", and ${forms.join(' or ')} is required`;
}

/** What cannot be read is no bundle: cosign finds none there either. */
function isBundle({ form, read }: FoundSignature): boolean {
  return form === 'bundle' && (!('problem' in read) || read.isImageBundle === true);
}

function formProblem(
  form: string,
  rule: Exclude<FormRule, 'all'>,
  areBundlesRefused: boolean,
): string | undefined {
  if (rule !== 'usual') {
    return rule.some((one) => one === form) ? undefined : otherForm(form, rule);
  }
  if (form === 'oci-1.1') return EXPERIMENTAL;
  return form === 'sig' && areBundlesRefused ? BUNDLE_FAILS : undefined;
}
