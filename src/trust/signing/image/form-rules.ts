/**
 * Which forms of signatures count. cosign 3 reads the bundles of an image, and its `.sig` tag only
 * if there is none: a tag that older programs wrote does not replace a bundle that does not count.
 */

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

/** Refuses those signatures of one manifest whose form does not count. */
export function judgeForms(
  judgments: readonly ImageJudgment[],
  rule: FormRule,
): readonly ImageJudgment[] {
  if (rule === 'all') return judgments;
  const bundles = judgments.filter(({ form }) => form === 'bundle');
  const areRefused = bundles.length > 0 && !bundles.some(({ counts }) => counts);
  return judgments.map((one) => {
    const problem = one.counts ? formProblem(one.form, rule, areRefused) : undefined;
    return problem === undefined
      ? one
      : { ...one, note: undefined, counts: false, reason: problem };
  });
}

function formProblem(
  form: string,
  rule: Exclude<FormRule, 'all'>,
  areBundlesRefused: boolean,
): string | undefined {
  if (rule !== 'usual') {
    return rule.some((one) => one === form)
      ? undefined
      : `has the form "${form}", and ${rule.join(' or ')} is required`;
  }
  if (form === 'oci-1.1') return EXPERIMENTAL;
  return form === 'sig' && areBundlesRefused ? BUNDLE_FAILS : undefined;
}
