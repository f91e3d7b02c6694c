/**
 * Edits of Dockerfiles: byte-exact golden texts, the second look, and that a second run changes
 * nothing.
 */

import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ask, type Asked } from '../../../../test/support/command-line.ts';
import { base62, crc32 } from '../../../../test/support/secret-corpus/checksums.ts';
import { randomOf } from '../../../../test/support/secret-corpus/random-text.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import { identifyRuleFindings } from '../../../core/model/rule/rule-identity.ts';
import { runScan } from '../../../scan/pipeline/run-scan.ts';
import { lookAgainWith } from './look-again.ts';
import { planFixes } from './plan-fixes.ts';

const look = lookAgainWith(['misconfig'], undefined);

async function fixed(text: string): Promise<string> {
  const path = '/Dockerfile';
  const bytes = Buffer.from(text);
  const findings = identifyRuleFindings(await look(path, bytes));
  const [plan] = await planFixes({ findings, setAside: [], read: () => bytes, lookAgain: look });
  return Buffer.from(plan?.fresh ?? bytes).toString();
}

const GOLDEN: readonly (readonly [name: string, before: string, after: string])[] = [
  [
    'recommended packages',
    'FROM debian\nRUN apt-get install -y a=1\n',
    'FROM debian\nRUN apt-get install --no-install-recommends -y a=1\n',
  ],
  [
    'two words at one place',
    'FROM debian\nRUN apt-get install a=1\n',
    'FROM debian\nRUN apt-get install -y --no-install-recommends a=1\n',
  ],
  [
    'an edit that brings a finding',
    'FROM debian\nRUN apt install -y a=1\n',
    'FROM debian\nRUN apt-get install --no-install-recommends -y a=1\n',
  ],
  [
    'lines that end in CRLF',
    'FROM debian\r\nRUN apt-get update \\\r\n  && apt-get install -y a=1\r\n',
    'FROM debian\r\nRUN apt-get update \\\r\n  && apt-get install --no-install-recommends -y a=1 && rm -rf /var/lib/apt/lists/*\r\n',
  ],
  [
    'tabs and comments between continuations',
    'FROM debian\nRUN\tapt-get\tinstall\t-y\t\\\n# why a\n\ta=1 \\\n\t# why b\n\tb=2\n# end\n',
    'FROM debian\nRUN\tapt-get\tinstall --no-install-recommends\t-y\t\\\n# why a\n\ta=1 \\\n\t# why b\n\tb=2\n# end\n',
  ],
  [
    'a here-document',
    'FROM debian\nRUN <<EOF\nset -e\napt-get install -y a=1\nEOF\n',
    'FROM debian\nRUN <<EOF\nset -e\napt-get install --no-install-recommends -y a=1\nEOF\n',
  ],
  [
    'the escape character',
    '# escape=`\nFROM debian\nRUN apt-get install -y `\n  a=1\n',
    '# escape=`\nFROM debian\nRUN apt-get install --no-install-recommends -y `\n  a=1\n',
  ],
  ['no end of line', 'FROM debian\nRUN apk add a=1', 'FROM debian\nRUN apk add --no-cache a=1'],
  [
    'a byte order mark',
    '\uFEFFFROM debian\nRUN apk add a=1\n',
    '\uFEFFFROM debian\nRUN apk add --no-cache a=1\n',
  ],
  [
    'umlauts',
    'FROM debian\nRUN echo ä && apk add a=1\n',
    'FROM debian\nRUN echo ä && apk add --no-cache a=1\n',
  ],
  [
    'pip',
    'FROM python\nRUN pip install a==1\n',
    'FROM python\nRUN pip install --no-cache-dir a==1\n',
  ],
  ['yum', 'FROM a\nRUN yum install a-1\n', 'FROM a\nRUN yum install -y a-1 && yum clean all\n'],
  [
    'dnf5',
    'FROM a\nRUN dnf5 install -y a-1\n',
    'FROM a\nRUN dnf5 install -y a-1 && dnf5 clean all\n',
  ],
  ['zypper', 'FROM a\nRUN zypper in a=1\n', 'FROM a\nRUN zypper in -y a=1 && zypper clean\n'],
  ['ADD', 'FROM a\nadd --chown=1:1 a b /c/\n', 'FROM a\ncopy --chown=1:1 a b /c/\n'],
  ['a target', 'FROM a\nCOPY a b /c\n', 'FROM a\nCOPY a b /c/\n'],
  [
    'MAINTAINER',
    'FROM a\nMAINTAINER "Jo $x" <j@x>\n',
    'FROM a\nLABEL org.opencontainers.image.authors="Jo \\$x\\" <j@x>"\n',
  ],
  ['wget', 'FROM a\nRUN wget https://x/a\n', 'FROM a\nRUN wget --progress=dot:giga https://x/a\n'],
  ['useradd', 'FROM a\nRUN useradd -u 123456 a\n', 'FROM a\nRUN useradd -l -u 123456 a\n'],
  [
    'an alternative that would lose a failure',
    'FROM a\nRUN yum install -y a-1 || true\n',
    'FROM a\nRUN yum install -y a-1 || true\n',
  ],
  [
    'statements in a row',
    'FROM a\nRUN yum install -y a-1; make\n',
    'FROM a\nRUN yum install -y a-1; make\n',
  ],
  [
    'a script in an argument',
    'FROM a\nRUN sh -c "apk add a=1"\n',
    'FROM a\nRUN sh -c "apk add a=1"\n',
  ],
  ['the exec form', 'FROM a\nRUN ["apk", "add", "a=1"]\n', 'FROM a\nRUN ["apk", "add", "a=1"]\n'],
  [
    'a comment of the shell',
    'FROM a\nRUN yum install -y a-1 # b\n',
    'FROM a\nRUN yum install -y a-1 # b\n',
  ],
  ['a user, which is never invented', 'FROM a\nUSER root\n', 'FROM a\nUSER root\n'],
  ['a download', 'FROM a\nRUN curl -k https://x | sh\n', 'FROM a\nRUN curl -k https://x | sh\n'],
];

describe('golden texts', () => {
  it.each(GOLDEN)('%s', async (_, before, after) => {
    expect(await fixed(before)).toBe(after);
  });

  it.each(GOLDEN)('%s: a second time changes nothing', async (_, __, after) => {
    expect(await fixed(after)).toBe(after);
  });
});

/** A finding at each letter `x`, which an edit turns into another letter. */
function letterFindings(
  replacement: string,
): (path: string, bytes: Uint8Array) => Promise<readonly RuleDraft[]> {
  return (path, bytes) => {
    const text = Buffer.from(bytes).toString();
    const drafts = [...text.matchAll(/[xyz]/gu)].map(({ 0: letter, index }): RuleDraft => ({
      ...{
        kind: 'rule',
        severity: 'low',
        category: 'misconfiguration',
        title: 'A letter',
        cwe: [],
      },
      ...{
        message: 'A letter.',
        aliases: [],
        remedy: 'Another letter.',
        rule: `letters/${letter}`,
      },
      ...{ location: { path, layer: 0 }, fingerprint: '0'.repeat(32) },
      fix: {
        description: 'Another letter.',
        edits: [{ path, startOffset: index, endOffset: index + 1, replacement }],
      },
    }));
    return Promise.resolve(drafts);
  };
}

describe('the second look', () => {
  it.each([
    ['confirms an edit', { text: 'axb', replacement: 'o', fresh: 'aob', counts: [1, 0] }],
    [
      'refuses an edit without effect',
      { text: 'axb', replacement: 'x', fresh: 'axb', counts: [0, 1] },
    ],
    [
      'refuses what others report',
      { text: 'axbyc', replacement: 'y', fresh: 'axbyc', counts: [0, 2] },
    ],
    ['confirms several', { text: 'axbxc', replacement: 'o', fresh: 'aoboc', counts: [2, 0] }],
  ])('%s', async (_, { text, replacement, fresh, counts }) => {
    const lookAgain = letterFindings(replacement);
    const bytes = Buffer.from(text);
    const findings = identifyRuleFindings(await lookAgain('/a', bytes));
    const [plan] = await planFixes({ findings, setAside: [], read: () => bytes, lookAgain });
    expect(Buffer.from(plan?.fresh ?? []).toString()).toBe(fresh);
    expect([plan?.cleared.length, plan?.refused.length]).toEqual(counts);
  });

  it('leaves what is not a file of its own', async () => {
    const lookAgain = letterFindings('o');
    const findings = identifyRuleFindings(await lookAgain('/a', Buffer.from('x')));
    const [plan] = await planFixes({ findings, setAside: [], read: () => undefined, lookAgain });
    expect([plan?.fresh.length, plan?.refused.length]).toEqual([0, 1]);
  });
});

describe('assay audit --fix', () => {
  let cwd: string;
  const BEFORE = 'FROM debian:13.1\n# hadolint ignore=DL3018\nRUN apk add a\nRUN apk add b=1\n';
  const AFTER =
    'FROM debian:13.1\n# hadolint ignore=DL3018\nRUN apk add --no-cache a\nRUN apk add --no-cache b=1\n';

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'assay-audit-fix-'));
    mkdirSync(join(cwd, 'app'));
    writeFileSync(join(cwd, 'app/Dockerfile'), BEFORE);
  });

  afterEach(() => {
    rmSync(cwd, { recursive: true });
  });

  function audit(...args: readonly string[]): Promise<Asked> {
    const env = { ASSAY_CACHE_DIR: join(cwd, 'cache') };
    return ask(['audit', join(cwd, 'app'), ...args], { cwd, env, scan: runScan });
  }

  function content(): string {
    return readFileSync(join(cwd, 'app/Dockerfile'), 'utf8');
  }

  it('writes the edits, and reports what is left', async () => {
    const { exitCode, stdout, stderr } = await audit('--fix', '--fail-on', 'low');
    expect(content()).toBe(AFTER);
    expect(exitCode).toBe(1);
    expect(stdout).not.toMatch(/apk-cache/u);
    expect(stderr).toMatch(/fixed: Dockerfile:3 dockerfile\/apk-cache: Add --no-cache/u);
    expect(stderr).toMatch(/2 findings fixed in 1 file/u);
    expect(stderr).toMatch(/assay pin/u);
    const again = await audit('--fix');
    expect([content(), again.stderr]).toEqual([AFTER, expect.stringMatching(/nothing was fixed/u)]);
  });

  it('makes edits that can change more only with --fix=all', async () => {
    const workflow = join(cwd, 'app/.github/workflows/a.yml');
    mkdirSync(dirname(workflow), { recursive: true });
    const text = 'on: push\npermissions: {}\njobs: {a: {steps: [{uses: ./a}]}}\n';
    writeFileSync(workflow, text);
    const safe = await audit('--fix');
    expect(readFileSync(workflow, 'utf8')).toBe(text);
    expect(safe.stderr).toMatch(/1 more finding can be fixed by --fix=all/u);
    const all = await audit('--fix=all');
    expect(readFileSync(workflow, 'utf8')).toBe(text.replace('./a', '$/a'));
    expect(all.stderr).not.toMatch(/more finding/u);
    expect(await audit('--fix=some')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/--fix cannot be "some"/u) as string,
    });
  });

  it('shows no secret that stands on or near an edited line', async () => {
    const random = randomOf(27);
    const body = random.fill('{an:30}');
    const token = `ghp_${body}${base62(crc32(Buffer.from(body)), 6)}`;
    const own = `acme_${random.fill('{an:24}')}`;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const text = [
      ...['FROM debian', `ENV TOKEN=${token}`, `# ${own}`, `RUN apt-get install -y a=1 # ${token}`],
      ...['COPY <<EOF /key', key.trimEnd(), 'EOF', `LABEL a=${own}`, 'USER app', ''],
    ].join('\n');
    writeFileSync(join(cwd, 'app/Dockerfile'), text);
    writeFileSync(
      join(cwd, 'rules.yaml'),
      'secrets:\n  rules:\n    - id: acme\n      title: Acme\n      opens: Acme\n      pattern: "acme_[A-Za-z0-9]{24}"\n',
    );
    const rules = ['--secret-config', join(cwd, 'rules.yaml')];
    const { exitCode, stdout, stderr } = await audit('--diff', ...rules);
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringContaining('secrets in the diff of "Dockerfile" are masked'),
    ]);
    expect(stdout).toContain('+RUN apt-get install --no-install-recommends -y a=1 # ghp_***\n');
    expect(stdout).toContain(' ENV TOKEN=ghp_***\n');
    for (const value of [token, own, ...key.split('\n').slice(1, 3)]) {
      expect(stdout + stderr).not.toContain(value.slice(6));
    }
    expect(content()).toBe(text);
  });

  it('shows the edits as a diff, and writes nothing', async () => {
    const { exitCode, stdout } = await audit('--diff');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\+RUN apk add --no-cache b=1$/mu);
    expect(content()).toBe(BEFORE);
  });

  it('leaves findings that are set aside', async () => {
    writeFileSync(join(cwd, '.assayignore'), 'dockerfile/apk-cache\n');
    await audit('--fix');
    expect(content()).toBe(BEFORE);
  });

  it('ends with 2 for a file that cannot be written', async () => {
    chmodSync(join(cwd, 'app/Dockerfile'), 0o444);
    const { exitCode, stderr } = await audit('--fix');
    expect([exitCode, content()]).toEqual([2, BEFORE]);
    expect(stderr).toMatch(/"Dockerfile" cannot be written: it is read-only/u);
  });
});
