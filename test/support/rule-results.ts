/**
 * Results with rule findings in many shapes: with and without lines, excerpts, addresses and
 * layers, and with odd texts.
 */

import type { Artifact } from '../../src/core/model/artifact/artifact.ts';
import type { ArtifactResult } from '../../src/core/model/report/report.ts';
import { SEVERITIES } from '../../src/core/model/severity/severity.ts';
import type { RuleFinding } from '../../src/core/model/rule/rule-finding.ts';
import { aRuleFinding } from './model.ts';
import { testResult } from './reports.ts';

const TEXTS = [
  'USER names root.',
  'two\nlines\r\nand\ta tab',
  '\u001b[31mred\u001b[0m \u202Eright',
  '<red>a</red> %s %d {{ .x }} "quoted" \\n',
  'über 漢字 😀 e\u0301',
  '  blanks  around  ',
  '',
  'long '.repeat(60),
] as const;

const PATHS = ['/app/Dockerfile', '/app/.env', '/a b/ü.yaml', '/z'] as const;
const LINES = [undefined, 1, 9999, 123456] as const;
const CATEGORIES = ['misconfiguration', 'secret', 'code', 'origin'] as const;
const RULES = ['dockerfile/root-user', 'image/no-user', 'secret/token', 'odd'] as const;

/** Returns a result of the artifact with 160 findings, of which some are set aside. */
export function ruleResult(artifact: Artifact): ArtifactResult {
  const findings = Array.from({ length: 160 }, (_, index) => ruleFinding(index, artifact));
  const suppressed = findings
    .filter((_, index) => index % 11 === 10)
    .map(({ id }) => ({ findingId: id, by: 'comment', reason: 'a test' }) as const);
  return testResult({ artifact, findings, suppressed });
}

/**
 * The counts of the lists have no common divisor with the steps, so that all pairs of values occur.
 */
function ruleFinding(index: number, { kind, layers }: Artifact): RuleFinding {
  const line = at(LINES, index * 3 + (index >> 3));
  const isConfiguration = kind === 'image' && index % 13 === 0;
  return aRuleFinding(`finding-${index}`, {
    category: at(CATEGORIES, index + (index >> 4)),
    rule: at(RULES, (index >> 2) + (index >> 5)),
    severity: at(SEVERITIES, index * 2 + (index >> 3)),
    title: at(TEXTS, index >> 3),
    message: at(TEXTS, index),
    remedy: at(TEXTS, index + 1),
    location: {
      path: isConfiguration ? 'image-config' : at(PATHS, index + (index >> 3)),
      layer: index % layers.length,
      ...(line !== undefined && { line }),
    },
    ...(line !== undefined &&
      index % 3 === 0 && {
        range: { startLine: line, startColumn: 1, endLine: line + (index % 2), endColumn: 2 },
      }),
    ...(index % 5 !== 0 && { excerpt: at(TEXTS, index >> 2) }),
    ...(index % 4 !== 0 && { helpUri: `https://example.org/${index}` }),
    ...(index % 7 === 0 && { instruction: `RUN ${at(TEXTS, index + 4)}` }),
  });
}

function at<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}
