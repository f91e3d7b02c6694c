/**
 * The step of the demonstration that leaks a key: one layer adds it, a later one deletes it, and it
 * is still in the image.
 */

import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { appFiles, demoImage, type DemoLayer } from './images.ts';
import type { PinStepOptions } from './pin-step.ts';
import { verdictBlock } from './report-excerpts.ts';

const ARCHIVE = 'leaked.tar';
const FOLDER = 'srv/deploy';
const KEY = 'key.pem';
const RULE = 'secret/private-key';

/**
 * Leaks a key that is made for this run, and finds it. @throws Error if it is not found, or shown
 */
export async function secretStep(
  patches: ReadonlyMap<string, string>,
  { folder, asOf, assay, shown, say, narrowed }: PinStepOptions,
): Promise<void> {
  await say(
    '',
    '15. A secret in a deleted file: a layer adds a key, the next one removes it',
    '   The key is made for this run, and opens nothing.',
    '',
  );
  const image = path.join(folder, ARCHIVE);
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await writeFile(image, demoImage('alpine', appFiles(), patches, layersWith(pem)));
  const flags = ['--scanners', 'secret', '--fail-on', 'high'];
  const output: string[] = [];
  const exitCode = await assay(['image', '--input', image, ...flags, '--as-of', asOf], output);
  const text = output.join('').replaceAll(image, shown(ARCHIVE));
  const isShown = pem.split('\n').some((line) => line.length > 40 && text.includes(line));
  if (exitCode !== 1 || !text.includes(RULE) || isShown) {
    throw new Error(`${RULE} did not decide, or was shown: exit code ${exitCode}`);
  }
  await say(
    `   $ assay image --input ${shown(ARCHIVE)} ${flags.join(' ')}`,
    ...text.split('\n').filter(isAboutKey).flatMap(narrowed),
    '',
    ...verdictBlock(text)
      .filter((line) => !line.startsWith('  Check'))
      .flatMap(narrowed),
    `   exit code ${exitCode}`,
    '   No report contains the key. All commits: assay audit . --git-history',
  );
}

function layersWith(pem: string): readonly DemoLayer[] {
  return [
    {
      createdBy: `COPY ${KEY} /${FOLDER}/ # buildkit`,
      members: [{ path: `${FOLDER}/${KEY}`, body: pem }],
    },
    {
      createdBy: `RUN /bin/sh -c rm /${FOLDER}/${KEY} # buildkit`,
      members: [{ path: `${FOLDER}/.wh.${KEY}`, body: '' }],
    },
  ];
}

/** The lines of the table about the key. */
function isAboutKey(line: string): boolean {
  return line.startsWith('    /') || /^ {6}(?:instruction|layer)\b/u.test(line);
}
