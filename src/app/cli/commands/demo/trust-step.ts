/**
 * The step of the demonstration that judges where dependencies come from: another registry, and a
 * name with a typing error.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { PinStepOptions } from './pin-step.ts';
import { verdictBlock } from './report-excerpts.ts';

const FOLDER = 'sources';
const LOCKFILE = 'package-lock.json';
/** Beside the directory: what is judged does not bring its judge. */
const TRUST = 'trusted-sources.yaml';
/** Registries of the demonstration; nothing is asked. */
const REGISTRY = 'registry.example';
const MIRROR = 'mirror.example';
const TRUST_LINES = ['version: 1', 'packages:', '  npm:', `    sources: ['https://${REGISTRY}/']`];

/**
 * Refuses a dependency of another registry and an imitated name, and passes without them. @throws
 * Error if the verdict is another one
 */
export async function trustStep(options: PinStepOptions): Promise<void> {
  const { say, shown, folder } = options;
  await mkdir(path.join(folder, FOLDER), { recursive: true });
  await writeFile(path.join(folder, TRUST), `${TRUST_LINES.join('\n')}\n`);
  await say(
    '',
    '20. Trusted sources: another registry, and a name with a typing error',
    '',
    ...TRUST_LINES.slice(1).map((line) => `     ${line}`),
    '',
  );
  const typed = `   $ assay trust check ${shown(FOLDER)}/ --trust ${shown(TRUST)} --offline`;
  const refused = await checked({ chalk: MIRROR, lodahs: REGISTRY }, options);
  const rules = ['origin/untrusted-source', 'origin/imitated-name'];
  if (refused.exitCode !== 7 || !rules.every((rule) => refused.text.includes(`${rule}:`))) {
    throw new Error(`sources did not decide: exit code ${refused.exitCode}: ${refused.text}`);
  }
  const at = [refused.text.indexOf('  HIGH'), refused.text.indexOf('Verdict:')] as const;
  await say(
    typed,
    ...refused.text
      .slice(...at)
      .trimEnd()
      .split('\n')
      .flatMap(options.narrowed),
  );
  await say(
    '',
    ...verdictBlock(refused.text)
      .filter((line) => !line.startsWith('  Check'))
      .flatMap(options.narrowed),
    `   exit code ${refused.exitCode}`,
  );
  const clean = await checked({ chalk: REGISTRY, lodash: REGISTRY }, options);
  if (clean.exitCode !== 0) throw new Error(`trusted sources do not pass: ${clean.text}`);
  await say(
    '',
    `   Corrected: chalk from ${REGISTRY}, and lodash`,
    typed,
    `   Verdict: PASS (exit code ${clean.exitCode})`,
  );
}

/** Writes a lockfile with these packages and their registries, and judges it. */
async function checked(
  registries: Readonly<Record<string, string>>,
  { folder, assay, asOf }: PinStepOptions,
): Promise<{ readonly exitCode: number; readonly text: string }> {
  const place = path.join(folder, FOLDER);
  const packages = Object.entries(registries).map(([name, host]) => [
    `node_modules/${name}`,
    {
      version: '1.0.0',
      resolved: `https://${host}/${name}/-/${name}-1.0.0.tgz`,
      integrity: `sha512-${'A'.repeat(86)}==`,
    },
  ]);
  const document = { lockfileVersion: 3, packages: Object.fromEntries(packages) as object };
  await writeFile(path.join(place, LOCKFILE), `${JSON.stringify(document, null, 2)}\n`);
  const output: string[] = [];
  const flags = ['--trust', path.join(folder, TRUST), '--offline', '--as-of', asOf];
  const exitCode = await assay(['trust', 'check', `${place}/`, ...flags], output);
  return { exitCode, text: output.join('') };
}
