/**
 * Faults of a repository as a whole: who must review what, how its branches are protected, how
 * vulnerabilities are reported, and how updates arrive. Only the root of a repository is judged: in
 * any other directory, a missing file means nothing.
 *
 * Sources: docs.github.com, docs.gitlab.com and docs.renovatebot.com, as each check names them.
 */

import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import { masked } from '../commands/masking.ts';
import type { TreeDetector, TreeNote } from '../detector.ts';
import { PERSONAS } from '../persona.ts';
import { draftOf } from '../rule-draft.ts';
import type { RepositoryCheck, RepositoryHit } from './check.ts';
import { CODE_OWNERS_CHECKS } from './code-owners-checks.ts';
import { PROTECTION_CHECKS } from './protection-checks.ts';
import { SECURITY_CHECKS } from './security-checks.ts';
import { UPDATE_CHECKS } from './update-checks.ts';
import { repositorySubject } from './subject.ts';

const CHECKS: readonly RepositoryCheck[] = [
  ...CODE_OWNERS_CHECKS,
  ...PROTECTION_CHECKS,
  ...SECURITY_CHECKS,
  ...UPDATE_CHECKS,
];

/** Detector of faults of repositories. */
export const repository: TreeDetector = {
  rules: CHECKS.map(({ rule }) => rule),
  detect(tree, note = () => undefined) {
    if (!tree.isRepositoryRoot) return [];
    const noted = new Map<string, TreeNote>();
    const subject = repositorySubject(tree, (one) => noted.set(`${one.path} ${one.message}`, one));
    const { persona: audience = 'regular' } = tree.settings?.repository ?? {};
    const drafts: RuleDraft[] = [];
    for (const check of CHECKS) {
      for (const hit of check.find(subject)) {
        const { persona = check.persona ?? 'regular' } = hit;
        if (PERSONAS.indexOf(persona) > PERSONAS.indexOf(audience)) continue;
        drafts.push(draft(check, hit));
      }
    }
    if (subject.index.isExhausted) {
      const message = 'there are too many rules and files to compare all of them';
      subject.note({ path: subject.owners?.path ?? '/', gap: 'limit', message });
    }
    if (tree.unlistedCount > 0) {
      const message = `${tree.unlistedCount} files are beyond the limit of what is listed`;
      subject.note({ path: '/', gap: 'limit', message });
    }
    for (const one of noted.values()) note(one);
    return drafts;
  },
};

function draft(
  { rule }: RepositoryCheck,
  { path, line = 1, range, excerpt, message, names, severity = rule.severity }: RepositoryHit,
): RuleDraft {
  return draftOf(
    { ...rule, severity },
    {
      message: masked(message),
      location: { path, layer: 0, line },
      ...(range && { range }),
      ...(excerpt !== undefined && { excerpt: masked(excerpt) }),
      names,
    },
  );
}
