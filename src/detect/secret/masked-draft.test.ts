import { describe, expect, it } from 'vitest';

import { base62, crc32 } from '../../../test/support/secret-corpus/checksums.ts';
import { randomOf } from '../../../test/support/secret-corpus/random-text.ts';
import type { RuleDraft } from '../../model/rule-finding.ts';
import { maskedDraft, maskFound } from './masked-draft.ts';
import { maskedExcerpt } from './secret-drafts.ts';
import { sharedSearcher } from './secret-search.ts';

const random = randomOf(12);

function token(): string {
  const body = random.fill('{an:30}');
  return `ghp_${body}${base62(crc32(Buffer.from(body)), 6)}`;
}

const DRAFT: RuleDraft = {
  ...{ kind: 'rule', severity: 'high', category: 'misconfiguration', rule: 'dockerfile/x' },
  ...{ title: 'A title', message: 'A sentence.', location: { path: '/Dockerfile', layer: 0 } },
  ...{ cwe: [], aliases: [], remedy: 'Do.', fingerprint: '0'.repeat(32) },
};

describe('a finding of another rule', () => {
  it('has no secret in any of its texts', () => {
    const secret = token();
    const shown = maskedDraft({
      ...DRAFT,
      message: `It reads ${secret}.`,
      excerpt: `ä RUN x ${secret} ${secret} y`,
      instruction: `RUN ${secret}`,
      steps: [{ location: DRAFT.location, message: secret }],
      comments: [{ syntax: 'assay', line: 1, rules: [], reason: `was ${secret}` }],
      fix: {
        description: 'Change it.',
        edits: [{ path: '/Dockerfile', startOffset: 0, endOffset: 1, replacement: secret }],
      },
    });
    expect(JSON.stringify(shown)).not.toContain(secret.slice(-10));
    expect(shown.excerpt).toBe('ä RUN x ghp_*** ghp_*** y');
    expect(shown.fix).toBeUndefined();
  });

  it('stays as it is without one', () => {
    const fix = {
      description: 'Change it.',
      edits: [{ path: '/Dockerfile', startOffset: 0, endOffset: 1, replacement: 'USER app' }],
    };
    const draft = { ...DRAFT, excerpt: 'RUN apt-get install -y curl=8.5.0-2ubuntu10', fix };
    expect(maskedDraft(draft)).toEqual(draft);
    expect(maskFound('FROM debian@sha256:' + '0a1b'.repeat(16), '/Dockerfile')).toContain('0a1b');
  });
});

describe('the excerpt of a secret', () => {
  const excerptOf = (text: string): string => {
    const bytes = Buffer.from(text);
    const found = sharedSearcher().search(bytes, { path: '/a.txt', isBinary: false });
    const last = found.at(-1);
    if (last === undefined) throw new Error('nothing was found');
    return maskedExcerpt(bytes, last);
  };

  it.each([
    ['a name', (): string => `const key = '${token()}'`, "key = 'ghp_***"],
    ['a call', (): string => `login('${token()}')`, "login('ghp_***"],
    ['a word without a separator', (): string => `s3cret-Wd "${token()}"`, 'ghp_***'],
    ['another secret', (): string => `${token()}:${token()}`, '***:ghp_***'],
    ['another secret as the key', (): string => `{"${token()}": "${token()}"}`, '***": "ghp_***'],
  ])('shows what stands in front: %s', (_name, make, shown) => {
    expect(excerptOf(make())).toBe(shown);
  });
});
