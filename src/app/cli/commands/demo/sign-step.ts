/**
 * The step of the demonstration that signs an image of an OCI layout, verifies it, and then moves
 * the tag.
 */

import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { baseLayers } from './images.ts';
import { writeLayout } from './layout.ts';
import type { PinStepOptions } from './pin-step.ts';

const IMAGE = 'demo/base:1';
const LAYOUT = 'signed';
/** The directory of the key pair `team`. */
export const KEYS = 'keys';
/** Flags that open the private key. */
export const PASSWORD: readonly string[] = ['--key-password-file', `${KEYS}/password`];
const REPOSITORY = 'registry.example/demo/base';
const WIDTH = 78;

/**
 * Signs, verifies, and moves the tag. @throws Error if a command answers otherwise than the step
 * says
 */
export async function signStep(
  patches: ReadonlyMap<string, string>,
  options: PinStepOptions,
): Promise<void> {
  const { folder, say } = options;
  const keys = path.join(folder, KEYS);
  // No key is overwritten, so those of an earlier run are removed.
  await rm(keys, { recursive: true, force: true });
  await mkdir(keys);
  await writeFile(path.join(keys, 'password'), 'demo\n', { mode: 0o600 });
  const layout = path.join(folder, LAYOUT);
  await writeLayout(layout, IMAGE, baseLayers('alpine', patches));
  await say('', '11. Sign an image, and verify it: with a key, in an OCI layout, offline');
  await showSigned(['key', 'generate', `${KEYS}/team`, ...PASSWORD], [0], options);
  const named = ['--repository', REPOSITORY];
  const image = `oci:${LAYOUT}:${IMAGE}`;
  await showSigned(
    ['sign', image, '--sign-key', `${KEYS}/team.key`, ...PASSWORD, ...named, '--form', 'sig'],
    [0],
    options,
  );
  const verify = ['verify', image, '--verify-key', `${KEYS}/team.pub`, ...named];
  await showSigned(verify, [0], options);
  await writeLayout(layout, IMAGE, baseLayers('alpine', new Map()));
  await say('', '   The tag is moved to another image. That image is not signed:');
  await showSigned(verify, [10], options);
}

/**
 * Runs a command on an OCI layout or a key, and shows it with its output. Returns its exit code.
 * @throws Error for an exit code that is not expected
 */
export async function showSigned(
  args: readonly string[],
  expected: readonly number[],
  { folder, asOf, assay, shown, say, narrowed }: PinStepOptions,
): Promise<number> {
  const output: string[] = [];
  const placed = (place: (name: string) => string): readonly string[] =>
    args.map((arg) => {
      if (arg.startsWith(`${KEYS}/`) || arg.endsWith('.tar')) return place(arg);
      return arg.startsWith('oci:') ? `oci:${place(arg.slice('oci:'.length))}` : arg;
    });
  const clock = CLOCKED.has(args[0] ?? '') ? ['--as-of', asOf] : [];
  const line = [...placed((name) => path.join(folder, name)), ...clock];
  const exitCode = await assay(line, output, { withErrors: true });
  const text = output.join('').replaceAll(`${folder}${path.sep}`, shown('x').slice(0, -1));
  if (!expected.includes(exitCode))
    throw new Error(`assay ${args.join(' ')} ended with ${exitCode}: ${text}`);
  const lines = text
    .split('\n')
    .filter((line) => line !== '' && !LEFT_OUT.test(line))
    .map((line) => (line.length > WIDTH ? line.replaceAll(DIGEST, shortened) : line));
  await say(
    '',
    ...narrowed(`$ assay ${placed(shown).join(' ')}`),
    ...lines.flatMap(narrowed),
    `   exit code ${exitCode}`,
  );
  return exitCode;
}

/** Commands whose answer depends on the day. */
const CLOCKED: ReadonlySet<string> = new Set(['verify', 'push']);
/** Rows of tables, which are wide, and what differs from run to run. */
const LEFT_OUT = /^(?:signature|attestation|written|counts|refused|Key id:)\s/u;
const DIGEST = /(?<start>sha256[:-][0-9a-f]{12})[0-9a-f]{52}/gu;

function shortened(_digest: string, start: string): string {
  return `${start}…`;
}
