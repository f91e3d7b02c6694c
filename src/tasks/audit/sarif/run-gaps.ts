/**
 * The parts that an analyzer did not examine, as its run states them: each could hide findings.
 *
 * Source: SARIF 2.1.0, 3.14.23 (`results`), 3.15.3 (external property files), 3.20.14
 * (`executionSuccessful`), 3.20.21 and 3.20.22 (notifications).
 */

import type { GapKind } from '../../../core/model/finding/finding.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import type { SarifNode } from './sarif-node.ts';

/** The end of a sentence that begins with the name of the document. */
export interface RunGap {
  readonly text: string;
  readonly gap: GapKind;
}

/** Returns what a run did not look at. */
export function runGaps(run: SarifNode, tool: string): readonly RunGap[] {
  const gaps: RunGap[] = [];
  const external = run.object('externalPropertyFileReferences');
  if (external !== undefined && external.length('results') > 0) {
    gaps.push({
      text: `keeps results of ${tool} in other files, which are not read`,
      gap: 'unread',
    });
  } else if (!run.has('results')) {
    gaps.push({ text: `has no list of results of ${tool}: it did not scan`, gap: 'unread' });
  }
  for (const invocation of run.list('invocations')) {
    const text = failureText(invocation);
    if (text !== undefined) gaps.push({ text: `says that ${tool} ${text}`, gap: 'unreadable' });
  }
  return gaps;
}

function failureText(invocation: SarifNode): string | undefined {
  const notifications = [
    ...invocation.list('toolExecutionNotifications'),
    ...invocation.list('toolConfigurationNotifications'),
  ];
  const errors = notifications.filter((one) => one.raw('level') === 'error');
  const first = errors[0]?.object('message')?.text('text');
  const rest = first === undefined ? '' : `; the first: ${first.slice(0, 300)}`;
  if (errors.length > 0) return `met ${pluralize(errors.length, 'error')}${rest}`;
  return invocation.flag('executionSuccessful') === false ? 'did not run to its end' : undefined;
}
