/**
 * Secrets in real files: the npm packages of this project, and what Debian packages have installed
 * that this suite installs. At most one wrong finding of high severity in 1,000 files. All findings
 * of high severity are judged by hand in `secrets-judged.json`: a key that is one is right, also
 * where it is an example. One that is not in the list counts as wrong.
 */

import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { missingForInterop } from '../support/interop.ts';
import { needs } from '../support/tools.ts';
import { foundSecrets } from '../support/secret-corpus/found-secrets.ts';

const MODULES = path.join(import.meta.dirname, '../../node_modules');
const INSTALLED = [
  ...[
    '/usr/lib/python3',
    '/usr/lib/python3.11',
    '/usr/lib/python3.13',
    '/usr/lib/ruby',
    '/usr/lib/go-1.19',
  ],
  ...[
    '/usr/share/doc',
    '/usr/share/perl',
    '/usr/share/perl5',
    '/usr/share/php',
    '/usr/share/nodejs',
    '/etc',
  ],
];
const LEAST_FILES = 10_000;
const MAX_BYTES = 64 * 1024 * 1024;

interface Judgment {
  readonly rule: string;
  /** What the path ends in. */
  readonly path: string;
  readonly isRight: boolean;
  readonly why: string;
}

const JUDGED = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'secrets-judged.json'), 'utf8'),
) as readonly Judgment[];

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(file);
    else if (entry.isFile()) yield file;
  }
}

const missing = missingForInterop();

describe.skipIf(missing !== undefined)(`real files${needs(missing)}`, () => {
  it('have at most one wrong finding of high severity in 1,000', { timeout: 600_000 }, () => {
    const counts = new Map<string, number>();
    const wrong: string[] = [];
    let files = 0;
    for (const folder of [MODULES, ...INSTALLED].filter((one) => existsSync(one))) {
      for (const file of filesBelow(folder)) {
        if (lstatSync(file).size > MAX_BYTES) continue;
        files += 1;
        for (const { rule, severity } of foundSecrets(file.slice(1), readFileSync(file))) {
          counts.set(severity, (counts.get(severity) ?? 0) + 1);
          if (severity !== 'high' && severity !== 'critical') continue;
          const judged = JUDGED.find((one) => one.rule === rule && file.endsWith(one.path));
          if (judged?.isRight !== true) wrong.push(`${rule} in ${file}`);
        }
      }
    }
    const rate = (count: number): string => ((1000 * count) / files).toFixed(2);
    for (const [severity, count] of counts) {
      console.log(`${severity}: ${count} findings in ${files} files, ${rate(count)} in 1,000`);
    }
    console.log(
      `wrong or not judged, of high severity: ${wrong.length}, ${rate(wrong.length)} in 1,000`,
    );
    expect(files).toBeGreaterThan(LEAST_FILES);
    expect((1000 * wrong.length) / files, wrong.join('\n')).toBeLessThanOrEqual(1);
  });
});
