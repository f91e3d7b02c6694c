import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ask, type Asked } from '../../../../test/support/command-line.ts';
import { fullReport, testReport } from '../../../../test/support/reports.ts';

type Env = Readonly<Record<string, string>>;

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-template-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const write = (name: string, content: string | Uint8Array): void =>
  writeFileSync(join(cwd, name), content);
const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
const run = (args: readonly string[], env: Env = {}): Promise<Asked> =>
  ask(args, { cwd, env, report: fullReport() });

const TEXT = '{{ verdict.status }} {{ results[0].artifact.reference }}';

describe('a template', () => {
  it.each<[string, readonly string[], Env]>([
    ['as text', ['image', 'app', '-f', 'template', '--template', TEXT], {}],
    ['as text behind -t', ['image', 'app', '-f', 'template', '-t', TEXT], {}],
    ['as a file', ['image', 'app', '-f', 'template', '-t', '@own.liquid'], {}],
    ['as a file in a folder', ['image', 'app', '-f', 'template', '-t', '@dir/own.tpl'], {}],
    ['by -o', ['image', 'app', '-o', 'template', '-t', TEXT], {}],
    ['in a directory', ['fs', '.', '-f', 'template', '-t', TEXT], {}],
    ['in a repository', ['repo', '.', '-f', 'template', '-t', TEXT], {}],
    ['of a variable', ['image', 'app', '-f', 'template'], { ASSAY_TEMPLATE: TEXT }],
    ['of a variable of trivy', ['image', 'app', '-f', 'template'], { TRIVY_TEMPLATE: TEXT }],
    [
      'all of it by variables',
      ['image', 'app'],
      { TRIVY_FORMAT: 'template', TRIVY_TEMPLATE: '@own.liquid' },
    ],
    [
      'with --compat trivy',
      ['image', 'app', '--compat', 'trivy', '-f', 'template', '-t', TEXT],
      {},
    ],
  ])('%s writes to standard output', async (_, args, env) => {
    write('own.liquid', TEXT);
    mkdirSync(join(cwd, 'dir'));
    write('dir/own.tpl', TEXT);
    expect(await run(args, env)).toMatchObject({ stdout: 'fail app:1.2', exitCode: 1 });
  });

  it.each(['assay.yaml', 'trivy.yaml'])('is named by %s', async (name) => {
    write(name, 'format: template\ntemplate: "@own.liquid"\n');
    write('own.liquid', TEXT);
    expect(await run(['image', 'app'])).toMatchObject({ stdout: 'fail app:1.2', exitCode: 1 });
  });

  it('is not a file that changed the verdict', async () => {
    write('assay.yaml', 'format: template\ntemplate: "{{ verdict.implicitFiles | json }}"\n');
    const { request } = await run(['image', 'app']);
    expect(request?.policy?.implicit).toBeUndefined();
  });

  it('stands beside other reports', async () => {
    const args = [
      'image',
      'app',
      '-o',
      'template=a.txt',
      '-o',
      'json=b.json',
      '-o',
      'csv',
      '-t',
      TEXT,
    ];
    const { stdout, exitCode } = await run(args);
    expect([exitCode, read('a.txt')]).toEqual([1, 'fail app:1.2']);
    expect(JSON.parse(read('b.json'))).toMatchObject({ schemaVersion: 1 });
    expect(stdout).toMatch(/^artifact,/u);
  });

  it('goes to two places', async () => {
    const args = ['image', 'app', '-o', 'template', '-o', 'template=a.txt', '-t', TEXT];
    expect(await run(args)).toMatchObject({ stdout: 'fail app:1.2', exitCode: 1 });
    expect(read('a.txt')).toBe('fail app:1.2');
  });

  it('renders a stored report', async () => {
    await ask(['image', 'app', '-o', 'json=own.json'], { cwd, report: testReport() });
    const args = ['convert', 'own.json', '-f', 'template', '-t', TEXT];
    expect(await run(args)).toMatchObject({ stdout: 'notAsked app:1.2', exitCode: 0 });
  });

  it('renders the report of a gate', async () => {
    await ask(['image', 'app', '-o', 'json=own.json'], { cwd, report: testReport() });
    const args = ['gate', 'own.json', '--allow-empty', '-f', 'template', '-t', TEXT];
    expect(await run(args)).toMatchObject({ stdout: 'pass app:1.2', exitCode: 0 });
  });

  it('reads what --severity shows', async () => {
    const args = [
      '-f',
      'template',
      '-t',
      '{{ results[0].findings | map: "severity" | join: " " }}',
    ];
    const { stdout } = await ask(['image', 'app', ...args], {
      cwd,
      report: { ...fullReport(), verdict: testReport().verdict, shownSeverities: ['low'] },
    });
    expect(stdout).toBe('low');
  });

  it.each(['junit', 'gitlab', 'gitlab-codequality'])(
    'contrib/%s.tpl means the format of that name, by -o too',
    async (name) => {
      const args = ['image', 'app', '-o', 'template=out', '-t', `@/usr/share/trivy/${name}.tpl`];
      const { stderr, exitCode } = await run(args);
      await run(['image', 'app', '-o', `${name}=same`]);
      expect([exitCode, read('out')]).toEqual([1, read('same')]);
      expect(stderr.match(new RegExp(`writes -f ${name}`, 'gu'))).toHaveLength(1);
    },
  );
});

describe('doubts', () => {
  it('are warnings', async () => {
    const { stderr, stdout } = await run([
      'image',
      'app',
      '-f',
      'template',
      '-t',
      '[{{ verdict.Status }}]',
    ]);
    expect(stderr).toContain('has a field "Status"; did you mean status?');
    expect(stdout).toBe('[]');
  });

  it('are not said of a template without any', async () => {
    const { stderr } = await run(['image', 'app', '-f', 'template', '-t', TEXT]);
    expect(stderr).not.toContain('template');
  });
});

describe('what ends with exit code 2 before anything is scanned', () => {
  it.each<[string, readonly string[], Env, string]>([
    ['a format without a template', ['-f', 'template'], {}, '-f template has no --template'],
    ['an output without a template', ['-o', 'template=x'], {}, '-f template has no --template'],
    ['an empty template', ['-f', 'template', '-t', ''], {}, '-f template has no --template'],
    [
      'a template without a format',
      ['-t', TEXT],
      {},
      '--template has no effect without -f template',
    ],
    [
      'a template beside another format',
      ['-f', 'json', '-t', TEXT],
      {},
      'Add -f template, or -o template=FILE',
    ],
    [
      'a file that is not there',
      ['-f', 'template', '-t', '@none.tpl'],
      {},
      'cannot read the template "none.tpl": ENOENT',
    ],
    [
      'a directory',
      ['-f', 'template', '-t', '@.'],
      {},
      'cannot read the template ".": it is a directory',
    ],
    ['no name of a file', ['-f', 'template', '-t', '@'], {}, 'cannot read the template ""'],
    ['a file without its @', ['-f', 'template', '-t', 'own.tpl'], {}, 'write --template @own.tpl'],
    [
      'a file without a tag',
      ['-f', 'template', '-t', '@plain.tpl'],
      {},
      '"plain.tpl": it has no tag of Liquid',
    ],
    [
      'a file that is too long',
      ['-f', 'template', '-t', '@long.tpl'],
      {},
      'cannot read the template "long.tpl"',
    ],
    [
      'a file that is not UTF-8',
      ['-f', 'template', '-t', '@latin.tpl'],
      {},
      'cannot read the template "latin.tpl"',
    ],
    ['a file in UTF-16', ['-f', 'template', '-t', '@wide.tpl'], {}, 'save it as UTF-8'],
    [
      'a file in Go',
      ['-f', 'template', '-t', '@go.tpl'],
      {},
      'cannot run the template "go.tpl": it is written in Go\'s template language',
    ],
    [
      'a text in Go',
      ['-f', 'template', '-t', '{{ range .Results }}{{ end }}'],
      {},
      'docs/templates.md#from-go-to-liquid',
    ],
    [
      'a template of trivy',
      ['-f', 'template', '-t', '@contrib/asff.tpl'],
      {},
      'docs/templates.md#from-go-to-liquid',
    ],
    [
      'a template of that folder',
      ['-f', 'template', '-t', '@contrib/own.tpl'],
      {},
      'docs/templates.md#from-go-to-liquid',
    ],
    [
      'the page of trivy',
      ['-f', 'template', '-t', '@contrib/html.tpl'],
      {},
      'format "html" is not available yet',
    ],
    [
      'a syntax error',
      ['-f', 'template', '-t', 'a\n{% if x'],
      {},
      'line 2, column 1: tag "{% if x" not closed',
    ],
    [
      'an unknown filter',
      ['-f', 'template', '-t', '{{ verdict | htm }}'],
      {},
      'did you mean html?',
    ],
    ['an unknown tag', ['-f', 'template', '-t', '{% iff %}'], {}, 'did you mean if?'],
    ['an unknown variable', ['-f', 'template', '-t', '{{ Verdict }}'], {}, 'did you mean verdict?'],
    ['a tag that reads files', ['-f', 'template', '-t', '{% include "x" %}'], {}, 'reads files'],
    [
      'a template that runs away',
      ['-f', 'template', '-t', '{% for a in (1..999999999) %}{% endfor %}'],
      {},
      'it needs too much memory',
    ],
    [
      'a template that throws',
      ['-f', 'template', '-t', '{{ "?" | base64_decode }}'],
      {},
      'invalid base64',
    ],
    [
      'a template of a variable',
      ['-f', 'template'],
      { TRIVY_TEMPLATE: '{{ .X }}' },
      "Go's template language",
    ],
    [
      'two reports in one place',
      ['-f', 'template', '-o', 'x', '-o', 'template=x', '-t', TEXT],
      {},
      'two reports would go to',
    ],
  ])('%s', async (_, args, env, message) => {
    write('plain.tpl', 'text');
    write('long.tpl', `{{ verdict.status }}${' '.repeat(300_000)}`);
    write('latin.tpl', Buffer.from('{{ verdict.status }}\xe4', 'latin1'));
    write('wide.tpl', Buffer.from('\ufeff{{ verdict.status }}', 'utf16le'));
    write('go.tpl', '{{- range . }}{{ .Target }}{{- end }}');
    const { exitCode, request, stderr } = await run(['image', 'app', ...args], env);
    expect([exitCode, request]).toEqual([2, undefined]);
    expect(stderr).toContain(message);
  });

  it('a link out of the directory, in a configuration that was only found', async () => {
    const secret = mkdtempSync(join(tmpdir(), 'assay-secret-'));
    writeFileSync(join(secret, 'file'), '{{ verdict.status }}');
    symlinkSync(join(secret, 'file'), join(cwd, 'own.liquid'));
    write('assay.yaml', 'format: template\ntemplate: "@own.liquid"\n');
    const { exitCode, stderr } = await run(['image', 'app']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('cannot read the template')]);
    expect(await run(['image', 'app', '-c', 'assay.yaml'])).toMatchObject({ exitCode: 1 });
    rmSync(secret, { recursive: true });
  });
});

it('a template of a setting without the format is a warning', async () => {
  const { stderr, exitCode } = await run(['image', 'app', '-f', 'csv'], { TRIVY_TEMPLATE: TEXT });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('TRIVY_TEMPLATE has no effect without -f template');
});

describe('a template that fails on the report alone', () => {
  const FAILS =
    '{% for one in results[0].findings %}{% if one.advisoryId == "CVE-2019-1543" %}{{ "?" | base64_decode }}{% endif %}{% endfor %}';

  it('writes the other reports, keeps its file and ends with exit code 2', async () => {
    write('a.txt', 'before');
    const args = ['image', 'app', '-o', 'template=a.txt', '-o', 'json=b.json', '-t', FAILS];
    const { exitCode, stderr, request } = await run(args);
    expect(request).toBeDefined();
    expect([exitCode, read('a.txt')]).toEqual([2, 'before']);
    expect(JSON.parse(read('b.json'))).toMatchObject({ schemaVersion: 1 });
    expect(stderr).toContain('line 1, column 79: invalid base64');
  });

  it('writes nothing to standard output', async () => {
    const { exitCode, stdout } = await run([
      'image',
      'app',
      '-f',
      'template',
      '-t',
      `begun ${FAILS}`,
    ]);
    expect([exitCode, stdout]).toEqual([2, '']);
  });
});

it('writes characters of two halves whole, at any length', async () => {
  const text = `{% for a in (1..70000) %}𝒳{% endfor %}{{ verdict.status }}`;
  await run(['image', 'app', '-o', 'template=a.txt', '-t', text]);
  expect(read('a.txt')).toBe(`${'𝒳'.repeat(70_000)}fail`);
});
