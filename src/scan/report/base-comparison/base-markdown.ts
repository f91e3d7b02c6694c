/**
 * Images side by side in Markdown, for a comment or a page.
 *
 * Source: GitHub Flavored Markdown, "Tables".
 */

import type { BaseComparison } from '../../../core/model/report/base-comparison.ts';
import { firstImageName, lossTexts, paretoText } from './base-losses.ts';
import { notRecommendedText, recommendationTexts } from './base-recommendations.ts';
import { baseRows, hasLowerBounds } from './base-rows.ts';
import { markdownCode, markdownText } from '../markdown/markdown-text.ts';

/** Returns the whole text. */
export function baseMarkdown(comparison: BaseComparison): string {
  const { images } = comparison;
  const head = images.map(({ name }) => markdownCode(name, 200));
  const lines = [
    tableRow(['', ...head]),
    tableRow(['---', ...images.map(() => '---')]),
    ...baseRows(comparison).map(({ label, cells }) =>
      tableRow([label, ...cells.map((cell) => markdownText(cell, 400))]),
    ),
    ...paragraph(paretoText(comparison)),
    ...paragraph(
      hasLowerBounds(comparison)
        ? 'A count with + is a lower bound: gaps may hide findings.'
        : undefined,
    ),
    ...comparison.notes.flatMap(paragraph),
    ...losses(comparison),
    ...recommended(comparison),
    ...list(
      'Digests:',
      images.flatMap((one) =>
        one.kind === 'image' && one.pinned !== undefined ? [markdownCode(one.pinned, 400)] : [],
      ),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function paragraph(text: string | undefined): readonly string[] {
  return text === undefined ? [] : ['', markdownText(text, 2000)];
}

function losses(comparison: BaseComparison): readonly string[] {
  const first = firstImageName(comparison);
  const rows = lossTexts(comparison).map(
    ({ name, text }) => `${markdownCode(name, 200)} ${markdownText(text, 2000)}`,
  );
  return first === undefined ? [] : list(`Against ${markdownCode(first, 200)}:`, rows);
}

function recommended(comparison: BaseComparison): readonly string[] {
  const rows = recommendationTexts(comparison).map(
    ({ kind, name, text, pinned }) =>
      `${markdownCode(name, 200)} ${markdownText(`(${kind}): ${text}`, 1000)} ${markdownCode(pinned, 400)}`,
  );
  const left = notRecommendedText(comparison);
  return [...list('Recommended:', rows), ...paragraph(left === '' ? undefined : left)];
}

function list(title: string, rows: readonly string[]): readonly string[] {
  return rows.length === 0 ? [] : ['', title, '', ...rows.map((row) => `- ${row}`)];
}
