/** Every relative link of the pages leads to a file, and every anchor to a heading of it. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LINK = /\]\((?<target>[^()\s]+)\)/g;
const HEADING = /^#{1,6} +(?<title>.+)$/gm;
const CODE = /^```[\s\S]*?^```|`[^`\n]*`/gm;

function pages(): readonly string[] {
  const docs = readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  const top = readdirSync(ROOT);
  return [...top, ...docs.map((name) => path.join('docs', name))].filter((name) =>
    name.endsWith('.md'),
  );
}

/** The anchors of headings as GitHub makes them: lower case, hyphens for spaces, no other marks. */
function anchors(page: string): ReadonlySet<string> {
  const titles = [...readFileSync(page, 'utf8').matchAll(HEADING)];
  return new Set(
    titles.map(({ groups }) =>
      (groups?.['title'] ?? '')
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  );
}

function brokenLinks(page: string): readonly string[] {
  const text = readFileSync(path.join(ROOT, page), 'utf8').replaceAll(CODE, '');
  return [...text.matchAll(LINK)].flatMap(({ groups }) => {
    const target = groups?.['target'] ?? '';
    if (/^[a-z]+:/.test(target)) return [];
    const [file = '', anchor] = target.split('#');
    const full = file === '' ? path.join(ROOT, page) : path.join(ROOT, path.dirname(page), file);
    if (!existsSync(full)) return [`${target}: no such file`];
    if (anchor === undefined || !full.endsWith('.md')) return [];
    return anchors(full).has(anchor) ? [] : [`${target}: no such heading`];
  });
}

describe('links of the pages', () => {
  it.each(pages())('%s', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });
});
