/** Spellings of gates that cannot fail, and of gates that can. Expected by the manual of bash. */

import { beforeAll, describe, expect, it } from 'vitest';
import type { Persona } from '../persona.ts';
import { loadShell, pipelineFindings } from './pipeline.ts';

beforeAll(loadShell);

function messages(step: string, persona: Persona = 'regular'): readonly string[] {
  const text = `on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n${step}`;
  return pipelineFindings('.github/workflows/a.yml', Buffer.from(text), { persona })
    .filter(({ rule }) => rule === 'pipeline/gate-cannot-fail')
    .map(({ message }) => message);
}

function script(text: string): string {
  const lines = text.split('\n').map((line) => `          ${line}\n`);
  return `      - run: |\n${lines.join('')}`;
}

describe('scripts whose gate changes nothing', () => {
  it.each([
    'coproc npm audit',
    'coproc SCAN { npm audit; }',
    'until npm audit; do break; done',
    'until npm audit; do echo again; break; done',
    'while npm audit; do break; done',
    'while ! npm audit; do exit 0; done',
    'if ! npm audit; then echo bad; exit 0; fi',
    'npm audit || (exit 1) || true',
    'npm audit || false || true',
    'npm audit || exit $((0))',
    'rc=0\nnpm audit || rc=$?\nexit 0',
    'npm audit || rc=$?\necho "ended with $rc"',
    'set +e\nnpm audit\necho "ended with $?"\nmake',
    'time npm audit || true',
    'shopt -uo errexit\nnpm audit\nmake',
    'f() { npm audit; }\nf || true',
    'f() { npm audit || true; }\nf',
    'f() { npm audit; }\ng() { f; }\nif g; then echo fine; fi',
    'npm() { :; }\nnpm audit',
    'alias npm=true\nnpm audit',
    'docker run --rm -v "$PWD:/src" aquasec/trivy:0.57 image --exit-code 1 a || true',
    'docker run --rm ghcr.io/aquasecurity/trivy:latest fs --exit-code 0 .',
    'docker run node:22 npm audit | tee out',
    'npx --yes snyk@latest test || true',
    'npm exec -- snyk test || true',
    'python3 -m bandit -r . --exit-zero',
    'python -m pip_audit || true',
    'uvx pip-audit || :',
    'poetry run safety check || true',
    'go run golang.org/x/vuln/cmd/govulncheck@latest ./... || true',
    'yarn npm audit || true',
    'npm audit signatures || true',
    'make -i audit',
    'make -C app security-scan || true',
    'npm run audit --if-present || true',
    'shasum -a 256 -c SUMS || true',
    'gh attestation verify a.tgz -o example || true',
  ])('%s', (text) => {
    expect(messages(script(text))).toHaveLength(1);
  });
});

describe('scripts whose gate ends the job', () => {
  it.each([
    'until npm audit; do sleep 5; done',
    'while ! npm audit; do exit 1; done',
    'while npm audit; do docker push a; done',
    'if ! npm audit; then exit 0; fi\ndocker push a',
    'npm audit || false',
    'npm audit || rc=$?\nexit $rc',
    'rc=0; npm audit || rc=$?; echo "$rc"; [ "$rc" = 0 ]',
    'set +e\nnpm audit\nif [ $? -ne 0 ]; then exit 1; fi',
    'set +e\nnpm audit\necho "status=$?" >> "$GITHUB_OUTPUT"\nmake',
    'set +e\nnpm audit\nexit $?',
    'set +e\nnpm audit\necho status=$? >> "$GITHUB_OUTPUT"\nmake',
    'npm audit || (echo bad; exit 1)',
    'f() { npm audit; }\nf',
    'f() { npm audit; }\nf || exit 1',
    'f() { npm audit; }\nf || true\nf',
    'npm() { command npm audit "$@"; }\nnpm audit',
    '(npm audit; true)',
    'docker run --rm aquasec/trivy image --exit-code 1 a',
    'python -m pip_audit',
    'make -k audit',
    'make -i build',
    'npm run build || true',
    'docker run node:22 npm test || true',
    'sha256sum a > sums || true',
  ])('%s', (text) => {
    expect(messages(script(text))).toEqual([]);
  });
});

describe('continue-on-error', () => {
  it.each(['true', 'True', '"true"', '${{ true }}', '${{ !false }}', "${{ always() || 'x' }}"])(
    '%s',
    (value) => {
      const step = `      - run: npm audit\n        continue-on-error: ${value}\n`;
      expect(messages(step)).toEqual(['The job goes on when npm fails.']);
    },
  );

  it('is for the persona pedantic where an expression decides it', () => {
    const step = '      - run: npm audit\n        continue-on-error: ${{ matrix.experimental }}\n';
    expect(messages(step)).toEqual([]);
    expect(messages(step, 'pedantic')).toEqual([
      'An expression decides whether the job goes on when npm fails.',
    ]);
  });

  it.each(['false', '${{ false }}', "${{ fromJSON('') }}"])('not: %s', (value) => {
    const step = `      - run: npm audit\n        continue-on-error: ${value}\n`;
    expect(messages(step)).toEqual([]);
  });
});
