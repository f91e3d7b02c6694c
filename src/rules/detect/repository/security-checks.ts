/**
 * Checks of the policy for reports of vulnerabilities. Source: docs.github.com, "Adding a security
 * policy to your repository".
 */

import { ParseError } from '../../../core/base/errors.ts';
import { readJson } from '../../../formats/text/json/json.ts';
import { repositoryRule, type RepositoryCheck } from './check.ts';
import { SECURITY_POLICY } from './file-kinds.ts';
import type { RepositorySubject } from './subject.ts';

const PATH = '/SECURITY.md';

const NONE: RepositoryCheck = {
  rule: repositoryRule({
    name: 'no-security-policy',
    severity: 'low',
    title: 'no security policy',
    cwe: [1059],
    why: 'Who finds a vulnerability does not know whom to tell, and tells everybody or nobody.',
    remedy: 'Add SECURITY.md with an address for reports.',
    path: '/package.json',
    failing: '{"name": "example", "version": "1.0.0"}\n',
    passing: '{"name": "example", "version": "1.0.0"}\n',
    passingOthers: { [PATH]: 'Report vulnerabilities to security@example.org.\n' },
  }),
  *find(subject) {
    const { kinds, lockfiles, isMissing, tree } = subject;
    if (policiesIn(subject).length > 0 || tree.unlistedCount > 0) return;
    if (!['/SECURITY.md', '/.github/SECURITY.md', '/docs/SECURITY.md'].every(isMissing)) return;
    const manifest = publishedManifest(subject);
    const path = manifest ?? kinds.get('pipeline')?.[0] ?? lockfiles[0];
    if (path === undefined) return;
    yield {
      path,
      message: 'There is no SECURITY.md in the root, in .github or in docs.',
      names: [],
      // An organization can have one for all of its repositories.
      ...(manifest === undefined && { persona: 'pedantic' }),
    };
  },
};

/** Returns the manifest of a package that is published. */
function publishedManifest({ index, tree, text }: RepositorySubject): string | undefined {
  const bytes = tree.files.get('/package.json')?.bytes;
  if (index.has('/package.json') && bytes !== undefined) {
    try {
      const { name, private: isPrivate } = readJson('/package.json', bytes);
      if (typeof name === 'string' && isPrivate !== true) return '/package.json';
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
    }
  }
  const project = index.has('/pyproject.toml') ? (text('/pyproject.toml') ?? '') : '';
  const isPackage = /^[ \t]{0,16}\[(?:project|tool\.poetry)\]/mu.test(project);
  return isPackage && !/Private {0,4}::/u.test(project) ? '/pyproject.toml' : undefined;
}

const CONTACT: RepositoryCheck = {
  rule: repositoryRule({
    name: 'security-policy-without-contact',
    severity: 'low',
    title: 'a security policy without an address',
    cwe: [1059],
    why: 'The policy does not say where a report goes. A template that nobody has filled in helps nobody.',
    remedy: 'Name an address, a page, or the private reporting of the forge.',
    path: PATH,
    failing: '# Security\n\nUse this section to tell people how to report a vulnerability.\n',
    passing: '# Security\n\nReport vulnerabilities to security@example.org.\n',
  }),
  *find(subject) {
    for (const path of policiesIn(subject)) {
      if (!subject.tree.files.has(path)) continue;
      const text = subject.text(path);
      if (text === undefined || hasContact(text)) continue;
      yield { path, message: 'The policy names no address and no page for reports.', names: [] };
    }
  },
};

function policiesIn({ index }: RepositorySubject): readonly string[] {
  return index.paths.filter((path) => SECURITY_POLICY.test(path));
}

const CONTACTS: readonly RegExp[] = [
  /[\w.+-]@[\w-]+\.[a-z]/iu,
  /https?:\/\/(?!img\.shields\.io)[\w-]+\./iu,
  /security[\s-]{1,8}advisor(?:y|ies)|private(?:ly)?\s{1,8}vulnerability\s{1,8}report|security\s{1,8}tab|report\s{1,8}a\s{1,8}vulnerability["”»*`]*\s+button/iu,
];

function hasContact(text: string): boolean {
  return CONTACTS.some((pattern) => pattern.test(text));
}

/** Checks of the security policy. */
export const SECURITY_CHECKS: readonly RepositoryCheck[] = [NONE, CONTACT];
