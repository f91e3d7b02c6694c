/**
 * The layers of the demonstration's edited image: one distribution as pip installs it, and one that
 * edits its label.
 *
 * Source: Python packaging specifications, "Recording installed projects" (`METADATA`, `RECORD`).
 */

import { createHash } from 'node:crypto';
import type { DemoLayer } from './images.ts';

const SITE = 'usr/local/lib/python3.12/site-packages';
const INFO = 'PyYAML-5.3.dist-info';

/** PyYAML 5.3, for which CVE-2020-14343 is known, with the file list that pip writes. */
export function pipLayer(): DemoLayer {
  const files = new Map([
    ['yaml/__init__.py', '"""YAML, for the demonstration."""\n\n__version__ = "5.3"\n'],
    [`${INFO}/METADATA`, metadata('5.3')],
    [`${INFO}/INSTALLER`, 'pip\n'],
  ]);
  const rows = [...files].map(([name, text]) => `${name},sha256=${digest(text)},${text.length}`);
  files.set(`${INFO}/RECORD`, `${rows.join('\n')}\n${INFO}/RECORD,,\n`);
  return {
    createdBy: 'RUN pip install PyYAML==5.3',
    members: [...files].map(([name, body]) => ({ path: `${SITE}/${name}`, body })),
  };
}

/** One line of the label, and nothing else, says that it is 6.0.1. */
export function editLayer(): DemoLayer {
  return {
    createdBy: `RUN sed -i s/5.3/6.0.1/ /${SITE}/${INFO}/METADATA`,
    members: [{ path: `${SITE}/${INFO}/METADATA`, body: metadata('6.0.1') }],
  };
}

function metadata(version: string): string {
  return `Metadata-Version: 2.1\nName: PyYAML\nVersion: ${version}\n`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
