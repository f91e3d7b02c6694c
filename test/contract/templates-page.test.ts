/** The examples of the page on templates, run as they stand there. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';

import type { Report } from '../../src/core/model/report/report.ts';
import { renderTemplate } from '../../src/scan/report/template/engine.ts';
import { isGoTemplate } from '../../src/scan/report/template/go-template.ts';
import { sampleReport } from '../../src/scan/report/template/sample-report.ts';
import { HOSTILE_TEXTS, hostileReport } from '../support/hostile-report.ts';
import { rendered, UNSAFE } from '../support/rendered.ts';
import { fullReport } from '../support/reports.ts';
import { missingTool, needs } from '../support/tools.ts';

const PAGE = readFileSync(new URL('../../docs/templates.md', import.meta.url), 'utf8');
const LIMITS = { cpuMs: 10_000, wallMs: 10_000, memoryUnits: 100_000_000, outputChars: 10_000_000 };

/** The code block of a language under a heading. */
function example(heading: string, language = 'liquid'): string {
  const start = PAGE.indexOf(`\n## ${heading}\n`);
  const block = new RegExp(`^\`\`\`${language}\\n(?<code>[^]*?)^\`\`\`$`, 'mu');
  const code = start < 0 ? undefined : block.exec(PAGE.slice(start))?.groups?.['code'];
  if (code === undefined) throw new Error(`the page has no example "${heading}"`);
  return code;
}

async function run(text: string, report: Report): Promise<string> {
  const outcome = renderTemplate(
    { text, limits: LIMITS },
    JSON.parse(await rendered(report, 'json')),
  );
  if (!outcome.isRendered) throw new Error(outcome.failure.message);
  return outcome.text;
}

const HTML = 'A page of HTML';
const CSV = 'CSV of your own columns';
const RULES = 'Findings of rules';
const CHAT = 'A chat message';
const GO = 'From Go to Liquid';

describe('the examples of docs/templates.md', () => {
  it('write a page of HTML', async () => {
    const page = await run(example(HTML), fullReport());
    expect([...page.matchAll(/<t[dh]>(.*?)<\/t[dh]>/gu)].map(([, cell]) => cell)).toEqual([
      ...['Severity', 'Vulnerability', 'Package', 'Fixed in', 'Title'],
      ...[
        'CRITICAL',
        'GHSA-35jh-r3h4-6jhm',
        'lodash 4.17.20',
        '4.17.21',
        'Command injection in lodash',
      ],
      ...['HIGH', 'CVE-2019-1543', 'openssl 1.1.1a-r0', '1.1.1b-r1'],
      'ChaCha20-Poly1305 with long nonces: nonce values longer than 12 bytes are not rejected as they should be',
      ...['MEDIUM', 'CVE-2019-9999', 'openssl 1.1.1a-r0', '', ''],
    ]);
    expect(page).toContain('<title>Report of app:1.2</title>');
    expect(page).toContain('<p>Verdict: fail</p>');
  });

  it('write CSV', async () => {
    expect(await run(example(CSV), fullReport())).toBe(
      [
        'id,severity,package,version,path,reason',
        'CVE-2019-9999,medium,openssl,1.1.1a-r0,/lib/apk/db/installed,',
        'CVE-2019-1543,high,openssl,1.1.1a-r0,/lib/apk/db/installed,',
        'GHSA-35jh-r3h4-6jhm,critical,lodash,4.17.20,/app/package-lock.json,',
        'CVE-2018-20679,low,busybox,1.29.3-r10,/lib/apk/db/installed,not reachable',
        '',
      ].join('\n'),
    );
  });

  it('write a chat message', async () => {
    const body = JSON.parse(await run(example(CHAT), fullReport())) as unknown;
    expect(body).toEqual({
      text: '*app:1.2*: FAIL, 1 critical, 1 high\n- `GHSA-35jh-r3h4-6jhm` in `lodash`',
    });
  });

  it('write findings of rules, and run over hostile ones', async () => {
    const lines = (await run(example(RULES), sampleReport())).split('\n');
    expect(lines.filter((line) => line !== '')).toEqual([
      '- MEDIUM `image/root-user` in `/app/Dockerfile`, line 3: USER names root',
      '  - The image runs as root. Name another user. `https://rules.example/root-user`',
      `  - category misconfiguration, CWE 250, aliases CIS\\-DI\\-0001, fingerprint ${'0'.repeat(32)}`,
      '  - `USER root` `USER root`, reported by linter with confidence high',
      '  - `/app/build.sh`, line : It is set here',
    ]);
    for (const [, text] of HOSTILE_TEXTS) {
      const written = await run(example(RULES), hostileReport(text));
      expect(written).not.toMatch(UNSAFE);
      expect(written.trim().split('\n').length).toBe(5);
    }
  });

  it('write in Liquid what the template in Go asks for', async () => {
    expect(await run(example(GO), fullReport())).toBe(
      [
        '',
        'app:1.2 (alpine)',
        'CVE-2019-9999 medium openssl 1.1.1a-r0',
        'CVE-2019-1543 high openssl 1.1.1a-r0 -> 1.1.1b-r1',
        'GHSA-35jh-r3h4-6jhm critical lodash 4.17.20 -> 4.17.21',
        '',
      ].join('\n'),
    );
    expect(isGoTemplate(example(GO, 'gotemplate'))).toBe(true);
    // Line by line.
    expect(example(GO).split('\n').length).toBe(example(GO, 'gotemplate').split('\n').length);
  });

  it.each([HTML, CSV, RULES, CHAT, GO])(
    'run over the sample report, and are not Go: %s',
    async (name) => {
      expect(isGoTemplate(example(name))).toBe(false);
      expect(await run(example(name), sampleReport())).not.toBe('');
    },
  );
});

describe('the table of constructs', () => {
  const rows = [
    ...PAGE.slice(PAGE.indexOf('\n| Go ')).matchAll(/^\| (?<go>`.*?) +\| (?<liquid>.*?) +\|$/gmu),
  ]
    .map(({ groups }) => [codes(groups?.['go'] ?? ''), codes(groups?.['liquid'] ?? '')] as const)
    .filter(([[first = '']]) => first.startsWith('{{'));

  it.each(rows)('%s', async (go, liquid) => {
    expect(isGoTemplate(go.filter((code) => code.startsWith('{{')).join(''))).toBe(true);
    const text = liquid.filter((code) => code.startsWith('{')).join('');
    expect(isGoTemplate(text)).toBe(false);
    // Some show the beginning of a block alone.
    const begun = [...text.matchAll(/\{% (?<tag>if|for|unless|capture|comment) /gu)]
      .map(({ groups }) => groups?.['tag'] ?? '')
      .filter((tag) => !text.includes(`{% end${tag} %}`));
    const closed = begun
      .reverse()
      .map((tag) => `{% end${tag} %}`)
      .join('');
    await run(`${text}${closed}`, fullReport());
  });

  it('is there', () => {
    expect(rows.length).toBeGreaterThan(15);
  });
});

/** The code spans of a cell. */
function codes(cell: string): readonly string[] {
  return [...cell.matchAll(/`(?<code>[^`]+)`/gu)].map(({ groups }) =>
    (groups?.['code'] ?? '').replaceAll('\\|', '|'),
  );
}

const noPython = missingTool('python3');
const READ = `
import csv, io, json, sys
rows = list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode(), newline=""), strict=True))
json.dump([len(row) for row in rows], sys.stdout)
`;

describe.each(HOSTILE_TEXTS)('with %s', (_, text) => {
  const report = hostileReport(text);

  it('the page of HTML has no markup of the report', async () => {
    const [page, plain] = [
      await run(example(HTML), report),
      await run(example(HTML), hostileReport('')),
    ];
    const tags = (html: string): readonly string[] => html.match(/<[^>]*>/gu) ?? [];
    expect(tags(page)).toEqual(tags(plain));
    expect(page.replaceAll('\n', '')).not.toMatch(UNSAFE);
  });

  it.skipIf(noPython)(`the rows of CSV are as wide as the head${needs(noPython)}`, async () => {
    const input = await run(example(CSV), report);
    const { stdout } = spawnSync('python3', ['-c', READ], { input, encoding: 'utf8' });
    const widths = JSON.parse(stdout) as readonly number[];
    expect(widths.length).toBeGreaterThan(3);
    expect(new Set(widths)).toEqual(new Set([6]));
    expect(input).not.toMatch(/(?:^|,)"?[=+\-@]/mu);
  });

  it('the chat message is JSON of one text, without mentions and markup', async () => {
    const { text: message, ...rest } = JSON.parse(await run(example(CHAT), report)) as {
      text: string;
    };
    expect(rest).toEqual({});
    const lines = message.split('\n');
    expect(lines[0]).toMatch(/^\*.*\*: [A-Z]+, \d+ critical, \d+ high$/u);
    expect(lines.slice(1).every((line) => line.startsWith('- `'))).toBe(true);
    const page = new MarkdownIt({ html: true, linkify: true }).render(message);
    const tags = (page.match(/<\w+/gu) ?? []).map((tag) => tag.slice(1));
    expect(tags.filter((tag) => !['p', 'em', 'ul', 'li', 'code'].includes(tag))).toEqual([]);
    expect(page.replaceAll(/<code>[^<]*<\/code>/gu, '')).not.toMatch(/@\w|(?:^|\s)#\d/u);
  });
});
