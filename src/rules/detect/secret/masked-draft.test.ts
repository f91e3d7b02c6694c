import { generateKeyPairSync } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { base62, crc32 } from '../../../../test/support/secret-corpus/checksums.ts';
import { randomOf } from '../../../../test/support/secret-corpus/random-text.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import {
  NO_SECRET_SETTINGS,
  type SecretSettings,
} from '../../../core/model/rule/secret-settings.ts';
import { maskedDraft, maskFound, maskLines } from './masked-draft.ts';
import { maskedExcerpt } from './secret-drafts.ts';
import { SECRET_RULES } from './secret-rules.ts';
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

describe('the lines of a text', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' })).trimEnd();

  it('keep their numbers if a secret has several', () => {
    const text = `a=1\n${key}\nb=${token()}\nc=2\n`;
    const lines = Buffer.from(maskLines(Buffer.from(text), '/x', undefined))
      .toString()
      .split('\n');
    expect(lines).toHaveLength(text.split('\n').length);
    expect([lines[0], ...lines.slice(-3)]).toEqual(['a=1', 'b=ghp_***', 'c=2', '']);
    expect(lines.join()).not.toContain(key.split('\n')[1]);
  });

  it('are masked by rules of the user, and by formats that the user switched off', () => {
    const secret = token();
    const settings: SecretSettings = {
      ...NO_SECRET_SETTINGS,
      rules: [
        {
          ...{ id: 'acme', title: 'Acme', severity: 'high', pattern: 'acme_[0-9]{6}' },
          ...{ keywords: [], allowances: [], excludedBlocks: [] },
        },
      ],
      disabled: [...SECRET_RULES.keys()],
    };
    const masked = maskLines(Buffer.from(`${secret} acme_123456\n`), '/x', settings);
    expect(Buffer.from(masked).toString()).toBe('ghp_*** ***\n');
  });

  it('are the same bytes without a secret', () => {
    const bytes = Buffer.from('FROM debian\n');
    expect(maskLines(bytes, '/Dockerfile', undefined)).toBe(bytes);
  });
});
