import { describe, expect, it } from 'vitest';

import { identityToken } from '../../../../test/support/identity-token.ts';
import { isTokenText, readIdentityToken } from './identity-token.ts';

const GITHUB = 'https://token.actions.githubusercontent.com';
const WORKFLOW = 'acme/app/.github/workflows/release.yml@refs/tags/v1';
const read = (claims: Record<string, unknown>) =>
  readIdentityToken(identityToken(claims), 'in "token"', Date.now());

describe('readIdentityToken', () => {
  // The names that Fulcio makes of tokens (sigstore/fulcio, `docs/oidc.md`).
  it.each([
    [{ email: 'a@example.com', email_verified: true }, 'a@example.com'],
    [{ email: 'a@example.com', email_verified: 'true' }, 'a@example.com'],
    [{ sub: 'spiffe://example.com/app' }, 'spiffe://example.com/app'],
    [{ sub: 'ann' }, 'ann!example.com'],
    [{ iss: GITHUB, job_workflow_ref: WORKFLOW }, `https://github.com/${WORKFLOW}`],
    [{ iss: `${GITHUB}/acme`, job_workflow_ref: WORKFLOW }, `https://github.com/${WORKFLOW}`],
    [
      { iss: 'https://git.example.com/_services/token', job_workflow_ref: WORKFLOW },
      `https://git.example.com/${WORKFLOW}`,
    ],
    [
      { iss: 'https://token.actions.acme.ghe.com', job_workflow_ref: WORKFLOW },
      `https://acme.ghe.com/${WORKFLOW}`,
    ],
    [
      { ci_config_ref_uri: 'gitlab.com/acme/app//.gitlab-ci.yml@refs/heads/main' },
      'https://gitlab.com/acme/app//.gitlab-ci.yml@refs/heads/main',
    ],
    [
      { 'kubernetes.io': { namespace: 'ci', serviceaccount: { name: 'signer' } } },
      'https://kubernetes.io/namespaces/ci/serviceaccounts/signer',
    ],
  ])('%j is named %s', (claims, name) => {
    expect(read(claims).isNamed(name)).toBe(true);
  });

  it.each([
    [{}, ''],
    [{ sub: '', email: 'a@example.com', email_verified: true }, '!example.com'],
    [{ email: 'a@example.com', email_verified: true }, 'A@example.com'],
    [{ email: 'a@example.com', email_verified: true }, 'a@example.com.evil.com'],
    [{ iss: GITHUB, job_workflow_ref: WORKFLOW }, `https://evil.example.com/${WORKFLOW}`],
    [{ iss: GITHUB, job_workflow_ref: WORKFLOW }, `https://github.com/evil/${WORKFLOW}`],
    [{ iss: GITHUB, job_workflow_ref: WORKFLOW }, WORKFLOW],
    [{ iss: GITHUB, job_workflow_ref: '' }, 'https://github.com/'],
    [{ iss: 'no address', job_workflow_ref: WORKFLOW }, `https://github.com/${WORKFLOW}`],
    [{ ci_config_ref_uri: 7 }, 'https://7'],
    [
      { 'kubernetes.io': { namespace: 'ci' } },
      'https://kubernetes.io/namespaces/ci/serviceaccounts/undefined',
    ],
    [{ ref: 'refs/heads/main' }, 'refs/heads/main'],
  ])('%j is not named %j', (claims, name) => {
    expect(read(claims).isNamed(name)).toBe(false);
  });

  it('proves the possession of a key for the verified address, else for the subject', () => {
    const email = { email: 'a@example.com', email_verified: true };
    expect(read({ sub: 's', ...email }).subject).toBe('a@example.com');
    expect(read({ sub: 's' }).subject).toBe('s');
  });

  it('takes the issuer behind a broker', () => {
    const federated = { connector_id: 'https://accounts.google.com' };
    expect(
      read({ iss: 'https://oauth2.example.com', federated_claims: federated }).issuers,
    ).toEqual(['https://oauth2.example.com', 'https://accounts.google.com']);
  });
});

describe('isTokenText', () => {
  it.each([
    [identityToken(), true],
    [identityToken().split('.').slice(0, 2).join('.').concat('.'), true],
    [`Bearer ${identityToken()}`, true],
    [`"${identityToken()}"`, true],
    [identityToken().slice(0, 100), true],
    ['identity-token-of-the-release-workflow.2026-11-28.txt', false],
    ['token.txt', false],
    ['/run/secrets/tokens/signing.identity.token', false],
    ['a.b.c', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(isTokenText(text)).toBe(expected);
  });
});
