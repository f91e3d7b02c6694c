import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { cyclonedxValidator, openVexValidator } from '../../../../../test/support/bom-schemas.ts';
import { CommandFolder } from '../../../../../test/support/command-folder.ts';

let folder: CommandFolder;

beforeAll(async () => {
  folder = new CommandFolder();
  await folder.load(
    { id: 'GHSA-aaaa-aaaa-aaaa', aliases: ['CVE-2024-0001'], name: 'lodash', fixed: '4.17.21' },
    { id: 'GHSA-bbbb-bbbb-bbbb', name: 'minimist', fixed: '1.2.6' },
  );
  folder.project('app', { lodash: '4.17.20', minimist: '1.2.5' });
  await folder.run('fs', 'app', '-o', 'json=report.json');
  folder.write(
    '.assayignore',
    'CVE-2024-0001 exp:2025-12-31 owner:web # only the build uses it\nGHSA-bbbb-bbbb-bbbb owner:web\nCVE-2020-0001 # gone\n',
  );
});

afterAll(() => folder[Symbol.dispose]());

describe('assay vex generate', () => {
  it.each([
    ['openvex', openVexValidator()],
    ['cyclonedx', cyclonedxValidator()],
  ])('writes %s that says what the exception says', async (format, validate) => {
    const flags = ['--author', 'Acme', '--justification', 'vulnerable_code_not_in_execute_path'];
    const { stderr } = await folder.run(
      'vex',
      'generate',
      'report.json',
      ...flags,
      '-o',
      `${format}=vex.json`,
    );
    expect(stderr).toContain(
      '.assayignore:2: the exception for "GHSA-bbbb-bbbb-bbbb" is not stated: it gives no reason',
    );
    expect(stderr).toContain(
      '.assayignore:3: the exception for "CVE-2020-0001" is not stated: it is not known which product',
    );
    if (validate !== undefined) {
      validate(folder.json('vex.json'));
      expect(validate.errors ?? []).toEqual([]);
    }
    const scan = [
      'fs',
      'app',
      '--ignorefile',
      '/dev/null',
      '--exit-code',
      '1',
      '--show-suppressed',
    ];
    const { exitCode, stdout } = await folder.assay(...scan, '--vex', 'vex.json');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('Set aside: 1 (VEX: 1)');
    expect(stdout).toMatch(
      /lodash +CVE-2024-0001 +HIGH .* Acme +not_affected, [^]*only\s+the\s+build\s+uses\s+it/u,
    );
    expect(stdout).toContain('1 finding is left after --vex');
  });

  it('writes the same for the same', async () => {
    const args = ['vex', 'generate', 'report.json', '--id', 'CVE-2024-0001'];
    const first = await folder.run(...args);
    expect(JSON.parse(first.stdout)).toEqual({
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': expect.stringMatching(
        /^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u,
      ) as string,
      author: 'web',
      timestamp: '2025-06-01T00:00:00Z',
      version: 1,
      tooling: expect.stringMatching(/^assay /u) as string,
      statements: [
        {
          vulnerability: { name: 'CVE-2024-0001' },
          products: [
            { '@id': 'pkg:npm/lodash@4.17.20', identifiers: { purl: 'pkg:npm/lodash@4.17.20' } },
          ],
          status: 'not_affected',
          status_notes: 'stated by web, until 2025-12-31',
          impact_statement: 'only the build uses it',
        },
      ],
    });
    expect((await folder.run(...args)).stdout).toBe(first.stdout);
  });

  it('can say that it is affected, and hides nothing then', async () => {
    const flags = ['--status', 'affected', '--author', 'Acme', '-o', 'affected.json'];
    await folder.run('vex', 'generate', 'report.json', ...flags);
    const scan = ['fs', 'app', '--ignorefile', '/dev/null', '--vex', 'affected.json'];
    expect((await folder.run(...scan)).stdout).toContain('Total: 2');
  });

  it('needs no report for package URLs', async () => {
    folder.write('own.assayignore', 'CVE-2024-0001 owner:web pkg:npm/lodash # why\n');
    const { stdout } = await folder.run('vex', 'generate', '--ignorefile', 'own.assayignore');
    expect(JSON.parse(stdout)).toMatchObject({
      statements: [{ products: [{ '@id': 'pkg:npm/lodash' }] }],
    });
  });

  it.each<[string, readonly string[], number, string]>([
    [
      'nothing to state',
      ['--ignorefile', '/dev/null'],
      2,
      'no exception can be written as a VEX statement',
    ],
    ['nobody who states it', ['report.json', '--ignorefile', 'anonymous'], 2, 'nobody is named'],
    [
      'an id that is not excepted',
      ['--id', 'CVE-1999-1'],
      3,
      'no exception that counts is for "cve-1999-1"',
    ],
    ['a status of another kind', ['--status', 'fine'], 2, '--status cannot be "fine"'],
    ['a word that is none', ['--justification', 'fine'], 2, '--justification cannot be "fine"'],
    [
      'a justification for what is affected',
      ['--status', 'affected', '--justification', 'component_not_present'],
      2,
      'says why nothing is affected',
    ],
    ['another format', ['-f', 'csaf'], 2, 'unknown format "csaf"'],
  ])('refuses %s', async (_, args, exitCode, message) => {
    folder.write('anonymous', 'CVE-2024-0001 # why\n');
    const outcome = await folder.assay('vex', 'generate', ...args);
    expect([outcome.exitCode, outcome.stderr]).toEqual([
      exitCode,
      expect.stringContaining(message),
    ]);
  });
});
