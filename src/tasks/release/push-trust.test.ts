import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { trustVerdict } from '../../scan/policy/trust-verdict.ts';
import { parsePublicKey } from '../../trust/signing/public-key.ts';
import type { LoadedKey } from '../../trust/signing/trusted-keys.ts';
import { readTrustFile } from '../../trust/trust-file/read-trust-file.ts';
import { pushOutcome, type PushSigner } from './push-trust.ts';

const NOW = Date.parse('2025-06-01T00:00:00Z');
const TARGET = { domain: 'ghcr.io', path: 'acme/app', tag: '1' };

function pem(): string {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
const material = { team: pem(), other: pem(), stranger: pem() };

function indented(text: string): string {
  return text.trim().split('\n').join('\n      ');
}

/** `more` is added to the key "team". */
function keys(more = '', scope = 'ghcr.io/acme/**'): string {
  return `keys:
  - name: team
    scopes: [${scope}]
    key: |
      ${indented(material.team)}
${more}  - name: other
    scopes: [ghcr.io/acme/**]
    key: |
      ${indented(material.other)}
`;
}

function judge(
  text: string,
  {
    key,
    commits = 'none',
  }: {
    readonly key?: keyof typeof material | PushSigner;
    readonly commits?: 'none' | 'named' | 'since-release';
  } = {},
): { readonly code: number; readonly rules: readonly string[]; readonly text: string } {
  const trust = readTrustFile('t.yaml', Buffer.from(`version: 1\n${text}`));
  const loaded = trust.keys.map((one): LoadedKey => {
    const publicKey = parsePublicKey('text' in one.material ? one.material.text : '', one.name);
    return { ...one, publicKey };
  });
  const signer =
    typeof key === 'string'
      ? { kind: 'key' as const, id: parsePublicKey(material[key], key).id }
      : key;
  const facts = {
    trust,
    keys: loaded,
    target: TARGET,
    shown: 'ghcr.io/acme/app:1',
    now: NOW,
    commits,
  };
  const push = { ...facts, ...(signer && { signer }) };
  const { exitCode, causes } = trustVerdict(pushOutcome(push), NOW);
  return {
    code: exitCode,
    rules: causes.map(({ rule }) => rule),
    text: causes.map(({ message }) => message).join('\n'),
  };
}

const SIGNED = 'signatures:\n  - scopes: [ghcr.io/acme/**]\n    threshold: 1\n';
const TEAM_ONLY = `${SIGNED}    signers: [team]\n`;
const TWO = SIGNED.replace('threshold: 1', 'threshold: 2');
const ALLOWED = 'registries:\n  allowed: [ghcr.io/acme/**]\n';
const DENIED = 'registries:\n  denied:\n    - pattern: ghcr.io/acme/app\n      reason: closed\n';
const ATTESTED = 'attestations:\n  - scopes: [ghcr.io/acme/**]\n    type: slsaprovenance1\n';

const VERDICT = ATTESTED.replace('slsaprovenance1', 'verdict');

/** What a token of GitHub Actions announces. */
const ISSUER = 'https://token.actions.githubusercontent.com';
const WORKFLOW = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';
const TOKEN: PushSigner = { kind: 'token', names: ['repo:acme/app', WORKFLOW], issuers: [ISSUER] };
const REFUSED: readonly [number, string] = [12, 'signature/refused'];
const CLAIM = 'claims: { source-repository-ref: main }';

function certificate(claims: readonly (readonly [number, string])[], name = WORKFLOW): PushSigner {
  const identity = { names: [name], issuer: ISSUER, claims: new Map(claims) };
  return { kind: 'certificate', identity };
}

/** The identity of a workflow, and `more` about it. */
function ci(more = '', scope = 'ghcr.io/acme/**'): string {
  return `identities:
  - name: ci
    scopes: [${scope}]
    identity: ${WORKFLOW}
    issuer: ${ISSUER}
    ${more}
`;
}

function requiredFor(scope: string): string {
  return `commits:\n  required-for: ['${scope}']\n`;
}

describe('the trust file about a push', () => {
  it.each<[string, string, Parameters<typeof judge>[1], readonly [number, ...string[]]]>([
    ['nothing about it', '', {}, [0]],
    ['a registry that is allowed', ALLOWED, {}, [0, 'source']],
    [
      'a registry that is not allowed',
      'registries:\n  allowed: [quay.io/**]\n',
      {},
      [7, 'source/untrusted'],
    ],
    ['a repository that is denied', DENIED, {}, [7, 'source/untrusted']],
    ['commits that are required', requiredFor('ghcr.io/acme/**'), {}, [10, 'signature/none']],
    ['commits that are required everywhere', requiredFor('**'), {}, [10, 'signature/none']],
    ['commits that are verified', requiredFor('**'), { commits: 'since-release' }, [0]],
    [
      'commits since a chosen base',
      requiredFor('**'),
      { commits: 'named' },
      [12, 'signature/refused'],
    ],
    ['commits of another repository', requiredFor('ghcr.io/acme/other'), {}, [0]],
    ['commits of another host', requiredFor('quay.io/acme/app'), {}, [0]],
    ['commits, without such a rule', 'commits:\n  check-author: true\n', {}, [0]],
    ['a signature and a key that counts', keys() + SIGNED, { key: 'team' }, [0]],
    ['a signature and no key', keys() + SIGNED, {}, [10, 'signature/none']],
    [
      'a signature and an unknown key',
      keys() + SIGNED,
      { key: 'stranger' },
      [12, 'signature/refused'],
    ],
    [
      'a signature of another signer',
      keys() + TEAM_ONLY,
      { key: 'other' },
      [12, 'signature/refused'],
    ],
    [
      'a key for other repositories',
      keys('', 'quay.io/**') + SIGNED,
      { key: 'team' },
      [12, 'signature/refused'],
    ],
    ['more signers than a push has', keys() + TWO, { key: 'team' }, [12, 'signature/refused']],
    [
      'an expired key',
      keys('    valid-until: 2025-01-01\n') + SIGNED,
      { key: 'team' },
      [12, 'signature/refused'],
    ],
    [
      'an expired key without a rule',
      keys('    valid-until: 2025-01-01\n'),
      { key: 'team' },
      [12, 'signature/refused'],
    ],
    ['an unknown identity without a rule', keys(), { key: TOKEN }, [0]],
    ['an unknown identity and a signature', keys() + SIGNED, { key: TOKEN }, REFUSED],
    ['an unknown identity and a verdict', keys() + VERDICT, { key: TOKEN }, REFUSED],
    ['an identity and a signature', ci() + SIGNED, { key: TOKEN }, [0]],
    ['an identity and a verdict', ci() + VERDICT, { key: TOKEN }, [0]],
    [
      'an identity by a pattern',
      ci().replace('identity:', 'identity-pattern:').replace('release.yml', '*') + SIGNED,
      { key: TOKEN },
      [0],
    ],
    ['an identity of another issuer', ci() + SIGNED, { key: { ...TOKEN, issuers: [] } }, REFUSED],
    ['an identity for other repositories', ci('', 'quay.io/**') + SIGNED, { key: TOKEN }, REFUSED],
    ['an identity that the rule does not name', keys() + ci() + TEAM_ONLY, { key: TOKEN }, REFUSED],
    ['an identity and two signers', keys() + ci() + TWO, { key: TOKEN }, REFUSED],
    ['an expired identity', ci('valid-until: 2025-01-01') + SIGNED, { key: TOKEN }, REFUSED],
    ['a revoked identity', ci('revoked: { reason: left }'), { key: TOKEN }, REFUSED],
    ['an identity with a claim, by its token', ci(CLAIM) + SIGNED, { key: TOKEN }, [0]],
    ['a certificate without the claim', ci(CLAIM) + SIGNED, { key: certificate([]) }, REFUSED],
    ['a certificate with the claim', ci(CLAIM) + SIGNED, { key: certificate([[14, 'main']]) }, [0]],
    [
      'a certificate for another name of the token',
      ci() + SIGNED,
      { key: certificate([], 'repo:acme/app') },
      REFUSED,
    ],
    ['a key without a rule', keys(), { key: 'stranger' }, [0]],
    ['an attestation of provenance', ATTESTED, { key: 'team' }, [10, 'signature/none']],
    ['a verdict and no key', keys() + VERDICT, {}, [10, 'signature/none']],
    ['a verdict and a key that counts', keys() + VERDICT, { key: 'team' }, [0]],
    [
      'a verdict and an unknown key',
      keys() + VERDICT,
      { key: 'stranger' },
      [12, 'signature/refused'],
    ],
    [
      'a verdict of another signer',
      `${keys()}${VERDICT}    signers: [team]\n`,
      { key: 'other' },
      [12, 'signature/refused'],
    ],
    [
      'a verdict that failed',
      `${keys()}${VERDICT}    result: FAILED\n`,
      { key: 'team' },
      [10, 'signature/none'],
    ],
    [
      'several at once, in the order of causes',
      `registries:\n  allowed: [quay.io/**]\n${keys()}${SIGNED}${ATTESTED}`,
      { key: 'stranger' },
      [12, 'signature/refused', 'signature/none', 'source/untrusted'],
    ],
  ])('says %s', (_, text, push, expected) => {
    const judged = judge(text, push);
    expect([judged.code, ...judged.rules]).toEqual(expected);
  });

  it('names the line of the rule and what to do', () => {
    expect(judge(keys() + SIGNED).text).toMatch(
      /"ghcr.io\/acme\/app" must be signed \(t\.yaml:\d+\), and no key is given: --sign-key KEY/u,
    );
  });
});
